namespace Reconciler.Kubernetes.Client;

/// <summary>metav1.StatusDetails.</summary>
public sealed record StatusDetails
{
    public string? Name { get; init; }

    public string? Group { get; init; }

    public string? Kind { get; init; }

    public string? Uid { get; init; }

    /// <summary>Whole seconds to wait before the next try.</summary>
    public int? RetryAfterSeconds { get; init; }

    public IReadOnlyList<StatusCause>? Causes { get; init; }
}
