namespace Reconciler.Benchmarks.Informer;

/// <summary>Decoding alone, on one thread.</summary>
/// <param name="BytesPerSecond">Of JSON, by the time that the process had a processor.</param>
/// <param name="AllocatedPerByte">Bytes on the managed heap for each byte of JSON.</param>
/// <param name="WalkedPerSecond">Bytes of JSON that a bare reader walks through in the same time, in turn with it: how fast the machine is just then.</param>
internal sealed record DecodeMeasurement(double BytesPerSecond, double AllocatedPerByte, double WalkedPerSecond);
