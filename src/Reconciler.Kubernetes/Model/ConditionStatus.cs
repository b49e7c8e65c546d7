namespace Reconciler.Kubernetes.Model;

/// <summary>The three values of a condition's status.</summary>
public static class ConditionStatus
{
    /// <summary>It is so.</summary>
    public const string True = "True";

    /// <summary>It is not so.</summary>
    public const string False = "False";

    /// <summary>It can't be told now.</summary>
    public const string Unknown = "Unknown";

    /// <summary>"True" or "False".</summary>
    public static string Of(bool value) => value ? True : False;
}
