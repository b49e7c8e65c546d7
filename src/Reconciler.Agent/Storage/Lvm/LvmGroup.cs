namespace Reconciler.Agent.Storage.Lvm;

/// <summary>A volume group.</summary>
/// <param name="Free">Bytes that no volume has.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Extent">Bytes that volumes are made of at least.</param>
internal sealed record LvmGroup(long Free, long Size, long Extent);
