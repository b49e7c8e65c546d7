namespace Reconciler.Kubernetes.Model;

/// <summary>What all containers of a Pod run as.</summary>
public sealed record PodSecurityContext
{
    /// <summary>Not as root.</summary>
    public bool? RunAsNonRoot { get; init; }

    /// <summary>User id.</summary>
    public long? RunAsUser { get; init; }

    /// <summary>Group id.</summary>
    public long? RunAsGroup { get; init; }

    /// <summary>Which system calls they may make.</summary>
    public SeccompProfile? SeccompProfile { get; init; }
}
