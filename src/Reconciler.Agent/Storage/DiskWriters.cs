using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Policy;

namespace Reconciler.Agent.Storage;

/// <summary>Which domains of ours may write to a disk. Those of others are not seen.</summary>
internal sealed class DiskWriters(IXenHost host)
{
    /// <param name="path">In dom0, free of links.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    /// <returns>As messages name it; null: nobody.</returns>
    /// <exception cref="XenException">The host can't be asked.</exception>
    public async Task<string?> OfAsync(string path, CancellationToken cancellationToken) =>
        (await host.ObserveAllAsync(cancellationToken)).FirstOrDefault(domain => domain.Devices.Any(device =>
            device.Mark?.Disk is { ReadOnly: false, CdRom: false } disk && (disk.Path == path || RealPath.Of(disk.Path) == path))) is { } writer
            ? $"Domain {writer.Mark?.Namespace}/{writer.Mark?.Name}"
            : null;
}
