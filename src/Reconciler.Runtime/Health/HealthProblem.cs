namespace Reconciler.Runtime.Health;

/// <summary>One thing that is not as it should be.</summary>
/// <param name="Name">Which part.</param>
/// <param name="Reason">What is the matter, for people.</param>
public sealed record HealthProblem(string Name, string Reason);
