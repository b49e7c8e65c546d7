using Reconciler.Xen.Host;

namespace Reconciler.Agent.HostLife;

/// <summary>This boot of the host: asked for once.</summary>
internal sealed class HostBoot(IXenHost host)
{
    private volatile string? _id;

    /// <exception cref="XenException">The host can't be asked.</exception>
    public async ValueTask<string> IdAsync(CancellationToken cancellationToken) =>
        _id ??= (await host.DescribeAsync(cancellationToken)).BootId;
}
