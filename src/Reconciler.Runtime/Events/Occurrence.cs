using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Events;

/// <summary>Something happened, once.</summary>
internal sealed record Occurrence(EventKey Key, ObjectReference Regarding, string Note, DateTimeOffset At);
