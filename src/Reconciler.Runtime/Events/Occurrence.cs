using System.Diagnostics;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Events;

/// <summary>Something happened, once.</summary>
/// <param name="Key">What and to whom.</param>
/// <param name="Regarding">To whom, as it was then.</param>
/// <param name="Note">For people.</param>
/// <param name="At">When.</param>
/// <param name="Origin">The span that it happened in, if there was one.</param>
internal sealed record Occurrence(EventKey Key, ObjectReference Regarding, string Note, DateTimeOffset At, ActivityContext Origin = default);
