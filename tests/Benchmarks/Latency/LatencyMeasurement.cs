namespace Reconciler.Benchmarks.Latency;

/// <summary>What a process has seen of changes, by the clock that the sender stamped them with.</summary>
/// <param name="Seconds">By the stamp of each change: from its send until its reconcile began.</param>
internal sealed record LatencyMeasurement(IReadOnlyDictionary<long, double> Seconds);
