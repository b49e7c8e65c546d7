using Reconciler.Runtime.Events;

namespace Reconciler.Placement;

/// <summary>Something that has become so, worth an event.</summary>
internal sealed record PlacementEdge(EventType Type, string Reason, string Action, string Note);
