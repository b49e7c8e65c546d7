namespace Reconciler.Kubernetes.Client;

/// <summary>metav1.Status: what the server says of a failure.</summary>
public sealed record KubernetesStatus
{
    /// <summary>HTTP status code.</summary>
    public int Code { get; init; }

    /// <summary>"NotFound", "Conflict", "AlreadyExists", "Expired", ...</summary>
    public string? Reason { get; init; }

    /// <summary>What went wrong, for people.</summary>
    public string? Message { get; init; }

    /// <summary>Whom it is about, and which fields.</summary>
    public StatusDetails? Details { get; init; }
}
