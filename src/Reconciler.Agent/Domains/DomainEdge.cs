using Reconciler.Runtime.Events;

namespace Reconciler.Agent.Domains;

/// <summary>Something that happened to a domain, for a Kubernetes event.</summary>
internal sealed record DomainEdge(EventType Type, string Reason, string Action, string Note);
