using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Events;

/// <summary>What makes two occurrences the same event (client-go's eventKey); the note may differ. The regarding object's version is not part of it.</summary>
internal readonly record struct EventKey(EventType Type, string Action, string Reason, ObjectReference Regarding, ObjectReference? Related);
