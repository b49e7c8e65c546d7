using System.Diagnostics;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Events;

/// <summary>One write to the API.</summary>
/// <param name="Event">The event.</param>
/// <param name="Series">Null: create it. Else: it exists, and this is its series now.</param>
/// <param name="Origin">The span of what it tells of; none for a count that is written later.</param>
internal sealed record EventWrite(Event Event, EventSeries? Series, ActivityContext Origin = default);
