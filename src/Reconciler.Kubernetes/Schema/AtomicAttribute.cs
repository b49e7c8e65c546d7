namespace Reconciler.Kubernetes.Schema;

/// <summary>An object that is one value to server-side apply (x-kubernetes-map-type: atomic): whoever writes it writes it whole.</summary>
/// <remarks>
/// Objects of a status that come and go must be such: API server 1.20 turns one whose fields are all removed by their manager into null, and
/// then refuses the write. Lists are atomic unless <see cref="ListMapAttribute"/> says otherwise, and the same holds for them.
/// </remarks>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AtomicAttribute : Attribute;
