namespace Reconciler.Kubernetes.Schema;

/// <summary>The only values that a string may have, where a C# enum would not do.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AllowedValuesAttribute(params string[] values) : Attribute
{
    /// <summary>The values, as they are written in JSON.</summary>
    public IReadOnlyList<string> Values { get; } = values;
}
