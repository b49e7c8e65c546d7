namespace Reconciler.Kubernetes.Model;

/// <summary>What a container may do.</summary>
public sealed record SecurityContext
{
    /// <summary>False: no process gets more rights than its parent.</summary>
    public bool? AllowPrivilegeEscalation { get; init; }

    /// <summary>True: nothing of its own image can be written.</summary>
    public bool? ReadOnlyRootFilesystem { get; init; }

    /// <summary>What it has of root's rights.</summary>
    public Capabilities? Capabilities { get; init; }
}
