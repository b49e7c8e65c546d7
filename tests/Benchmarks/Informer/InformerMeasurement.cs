namespace Reconciler.Benchmarks.Informer;

/// <summary>What filling a store has cost a process.</summary>
/// <param name="Seconds">From the start of the reflector in a new process, in which nothing is compiled or connected yet, until the store is synced.</param>
/// <param name="CpuSeconds">The time of processors that the same took, on all threads.</param>
/// <param name="AllocatedBytes">On the managed heap, meanwhile.</param>
/// <param name="LiveHeapBytes">What is left of it after a full collection: the store, and what the client keeps.</param>
/// <param name="PeakResidentBytes">The most that the whole process was, runtime and code included.</param>
/// <param name="WarmSeconds">The fastest of later ones in the same process, each into a new store, when everything is compiled.</param>
/// <param name="WarmCpuSeconds">The time of processors that one of those took, on average: with its share of the collections.</param>
internal sealed record InformerMeasurement(
    double Seconds, double CpuSeconds, long AllocatedBytes, long LiveHeapBytes, long PeakResidentBytes, double WarmSeconds, double WarmCpuSeconds);
