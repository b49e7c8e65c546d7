namespace Reconciler.Benchmarks.Latency;

/// <summary>What a process has seen of changes, by the clock that the sender stamped them with.</summary>
/// <param name="Seconds">From the send of each change until its reconcile began.</param>
internal sealed record LatencyMeasurement(IReadOnlyList<double> Seconds);
