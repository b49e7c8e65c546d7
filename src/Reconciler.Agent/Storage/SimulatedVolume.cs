namespace Reconciler.Agent.Storage;

/// <summary>A volume that was made on a simulated host.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="MadeFor">The uid of the VBD that it was made for.</param>
internal sealed record SimulatedVolume(long Size, Guid MadeFor);
