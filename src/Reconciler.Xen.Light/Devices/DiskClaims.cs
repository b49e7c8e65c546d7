using System.Security.Cryptography;
using System.Text;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Ownership;
using Reconciler.Xen.Light.Policy;

namespace Reconciler.Xen.Light.Devices;

/// <summary>
/// Sees to it that a disk which one device can write to is no other device's, of this domain or another: two guests that write to one file system
/// destroy it.
/// </summary>
/// <remarks>
/// Xen's block script means to do the same, and does it for block devices. For files it compares <c>losetup -a</c> with hexadecimal numbers,
/// and util-linux prints decimal ones: it finds no file in use.
/// </remarks>
internal sealed class DiskClaims(IDeviceStore store, OperationLocks locks)
{
    /// <summary>
    /// Claims what these disks are made of, until it is disposed of: by then they are in xenstore, for the next one to find.
    /// </summary>
    /// <exception cref="XenException"><see cref="XenErrorCode.DeviceInUse"/>, naming the domain.</exception>
    public IDisposable Claim(IEnumerable<DesiredDisk> disks, string operation)
    {
        Claims claims = new();
        try
        {
            foreach (var disk in disks)
            {
                var path = RealPath.Of(disk.Path) ?? disk.Path;
                var writes = !disk.ReadOnly && !disk.CdRom;
                claims.Add(locks.TryAcquire(NumberOf(path), shared: !writes)
                    ?? throw InUse(disk, operation, "is being attached elsewhere just now"));
                if (store.ServedDisks().FirstOrDefault(served => served.Path == path && (writes || served.Writable)) is { } holder)
                    throw InUse(disk, operation, $"is in use by domain {holder.Domid}{(holder.Writable ? ", which can write to it" : "")}");
            }
            return claims;
        }
        catch
        {
            claims.Dispose();
            throw;
        }
    }

    private static XenException InUse(DesiredDisk disk, string operation, string why) =>
        new(XenErrorCode.DeviceInUse, operation, $"vbd {disk.ObjectName}: {disk.Path} {why}; it can be shared among readers only. Detach it there, or attach both read-only.");

    /// <summary>Lock files are named by uuid.</summary>
    private static Guid NumberOf(string path) => new(SHA256.HashData(Encoding.UTF8.GetBytes(path)).AsSpan(0, 16));

    private sealed class Claims : List<IDisposable>, IDisposable
    {
        public void Dispose() => ForEach(claim => claim.Dispose());
    }
}
