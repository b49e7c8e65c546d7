namespace Reconciler.Runtime.Telemetry;

/// <summary>A queue as of now.</summary>
/// <param name="High">Keys that wait in the high lane.</param>
/// <param name="Low">Keys that wait in the low lane.</param>
/// <param name="Unfinished">How long the keys in work have been so, summed up.</param>
/// <param name="Longest">How long the one that is longest in work has been so.</param>
internal readonly record struct QueueReading(int High, int Low, TimeSpan Unfinished, TimeSpan Longest);
