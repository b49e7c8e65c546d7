namespace Reconciler.Xen.Light.Devices;

/// <summary>A disk that dom0 serves to a domain.</summary>
/// <param name="Domid">The domain.</param>
/// <param name="Path">The file or block device in dom0.</param>
/// <param name="Writable">Whether the guest may write to it.</param>
/// <param name="LoopDevice">The loop device between the two, <c>/dev/loop3</c>; null: none.</param>
internal sealed record ServedDisk(int Domid, string Path, bool Writable, string? LoopDevice);
