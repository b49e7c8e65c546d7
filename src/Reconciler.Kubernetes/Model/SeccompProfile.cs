namespace Reconciler.Kubernetes.Model;

/// <summary>Which system calls may be made.</summary>
public sealed record SeccompProfile
{
    /// <summary>RuntimeDefault, Unconfined or Localhost.</summary>
    public required string Type { get; init; }
}
