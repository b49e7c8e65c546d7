namespace Reconciler.Runtime.Web.Admission;

/// <summary>On an <see cref="IAdmissionValidator{T}"/>: which requests it is asked about. The ValidatingWebhookConfiguration is generated from these.</summary>
/// <param name="entity">The kind of object.</param>
/// <param name="operations">What is done with it.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ValidationWebhookAttribute(Type entity, AdmissionOperations operations) : Attribute
{
    /// <summary>The kind of object.</summary>
    public Type Entity { get; } = entity;

    /// <summary>What is done with it.</summary>
    public AdmissionOperations Operations { get; } = operations;

    /// <summary>
    /// CEL: only requests for which it is true come here (API server 1.28 and newer; older ones send them all, so the validator must
    /// not rely on it).
    /// </summary>
    public string? MatchCondition { get; init; }

    /// <summary>Only objects in the namespace that the process runs in; else everywhere but there and in kube-system.</summary>
    public bool InOwnNamespace { get; init; }

    /// <summary>The validator writes something, except for a dry run.</summary>
    public bool HasSideEffects { get; init; }
}
