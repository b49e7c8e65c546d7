using Microsoft.Extensions.Logging;
using Reconciler.Agent.Domains;
using Reconciler.Agent.HostLife;
using Reconciler.Agent.HostLife.Service;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Hosts;

/// <summary>Looks at the whole host at once.</summary>
internal sealed partial class HostObserver(
    IXenHost host, HostOffers offers, StrayDomains strays, HostPhase? phase, HostServiceLook? service, string nodeName, ILogger logger)
{
    private readonly HashSet<string> _degradations = new(StringComparer.Ordinal);

    /// <summary>Why the host can't be worked on; null while it can.</summary>
    public string? NotReadyReason => host.NotReadyReason;

    /// <summary>Calls back when pools, networks or stray domains change.</summary>
    public void OnChange(Action changed)
    {
        offers.OnChange(changed);
        strays.OnChange(changed);
    }

    /// <summary>One look. A host that can't be asked is a finding, and no error.</summary>
    public async Task<HostLook> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var domains = await host.ObserveAllAsync(cancellationToken);
            var look = new HostLook(await host.DescribeAsync(cancellationToken), domains, await offers.StoragePoolsAsync(cancellationToken), offers.Networks(), null)
            {
                Strays = strays.All,
                Adoptable = await host.FindAdoptableAsync(domains, cancellationToken),
                IsStopping = phase is not null && await phase.IsStoppingAsync(cancellationToken),
                Service = service?.Look(domains),
            };
            foreach (var degradation in host.Degradations.Where(_degradations.Add)) Log.Degraded(logger, nodeName, degradation);
            return look;
        }
        catch (XenException e)
        {
            Log.HostUnavailable(logger, nodeName, e.Message);
            return new HostLook(null, [], await offers.StoragePoolsAsync(cancellationToken), offers.Networks(), e) { Strays = strays.All };
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "XenHost {Host}: {Error}")]
        public static partial void HostUnavailable(ILogger logger, string host, string error);

        [LoggerMessage(2, LogLevel.Warning, "XenHost {Host}: {Degradation}")]
        public static partial void Degraded(ILogger logger, string host, string degradation);
    }
}
