namespace Reconciler.Runtime.Tests.Faults;

/// <param name="Intent">What the reconcile was given (<see cref="Convergence.Intent"/>).</param>
/// <param name="Version">Of the object; null when there was none.</param>
/// <param name="IsSettled">It has ended, and asked for no retry.</param>
internal sealed record ReconcileEntry(string Intent, string? Version, bool IsSettled);
