using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Events;

/// <summary>
/// Where the events of objects without a namespace live: in "default", with those of Nodes, until the server refuses one there. API servers before 1.20.12, 1.21.6
/// and 1.22.3 take them in "kube-system" only, as KEP 383 has it; all later ones take both (kubernetes#100125). A server is asked once, by the first such
/// event: its version would not tell, since distributions patch theirs.
/// </summary>
internal sealed class ClusterScopedEvents
{
    /// <summary>What such a server names as the cause, with the field's name in core/v1, whichever version the event was sent in.</summary>
    private const string RefusedField = "involvedObject.namespace";

    private const string First = "default";

    private string _namespace = First;

    /// <summary>The event in the namespace that it belongs to.</summary>
    public Event Place(Event entity) =>
        entity.Metadata.Namespace is null ? entity with { Metadata = entity.Metadata with { Namespace = _namespace } } : entity;

    /// <summary>The server does not take such events where they are written now, and there is another place to try.</summary>
    public bool IsRefused(KubernetesApiException error) =>
        error.IsInvalid && _namespace == First && error.Status?.Details?.Causes?.Any(cause => cause.Field == RefusedField) == true;

    /// <summary>From now on they are written where every server takes them.</summary>
    public void Move() => _namespace = "kube-system";
}
