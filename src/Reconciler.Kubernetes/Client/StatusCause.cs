namespace Reconciler.Kubernetes.Client;

/// <summary>metav1.StatusCause: one field and what is wrong with it.</summary>
public sealed record StatusCause
{
    /// <summary>In one word: "FieldValueInvalid".</summary>
    public string? Reason { get; init; }

    /// <summary>For people.</summary>
    public string? Message { get; init; }

    /// <summary>The path of the field: "spec.memory.size".</summary>
    public string? Field { get; init; }
}
