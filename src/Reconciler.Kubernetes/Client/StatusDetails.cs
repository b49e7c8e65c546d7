namespace Reconciler.Kubernetes.Client;

/// <summary>metav1.StatusDetails.</summary>
public sealed record StatusDetails
{
    /// <summary>The object's name.</summary>
    public string? Name { get; init; }

    /// <summary>The API group.</summary>
    public string? Group { get; init; }

    /// <summary>Kind of the object, or its plural name.</summary>
    public string? Kind { get; init; }

    /// <summary>The object's uid.</summary>
    public string? Uid { get; init; }

    /// <summary>Whole seconds to wait before the next try.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Field by field what is wrong.</summary>
    public IReadOnlyList<StatusCause>? Causes { get; init; }
}
