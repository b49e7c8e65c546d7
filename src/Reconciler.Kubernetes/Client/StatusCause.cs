namespace Reconciler.Kubernetes.Client;

/// <summary>metav1.StatusCause: one field and what is wrong with it.</summary>
public sealed record StatusCause
{
    public string? Reason { get; init; }

    public string? Message { get; init; }

    public string? Field { get; init; }
}
