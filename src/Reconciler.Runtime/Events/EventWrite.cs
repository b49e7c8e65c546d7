using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Events;

/// <summary>One write to the API.</summary>
/// <param name="Event">The event.</param>
/// <param name="Series">Null: create it. Else: it exists, and this is its series now.</param>
internal sealed record EventWrite(Event Event, EventSeries? Series);
