namespace Reconciler.Runtime.Tests.Faults;

/// <param name="Failure">What was wrong; null when nothing was.</param>
/// <param name="Steps">Steps that were taken, the failing one included.</param>
/// <param name="Comparisons">How often everything was compared.</param>
/// <param name="Reconciles">How often something was reconciled.</param>
internal sealed record WalkResult(string? Failure, int Steps, int Comparisons, int Reconciles);
