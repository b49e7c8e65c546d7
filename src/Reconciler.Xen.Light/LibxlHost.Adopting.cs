using System.Globalization;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light;

/// <content>Domains that somebody else made.</content>
public sealed partial class LibxlHost
{
    public async Task<IReadOnlyList<FoundDomain>> FindAdoptableAsync(IReadOnlyList<ObservedDomain> observed, CancellationToken cancellationToken)
    {
        List<FoundDomain> found = [];
        foreach (var domain in AdoptionPolicy.Choose(_options.Policy.AdoptableDomains, observed))
        {
            try
            {
                if ((await CallAsync(new InspectRequest(domain.Ref), _options.Limits.Inspect, cancellationToken)).Found is { } one)
                    found.Add(one with { XenName = domain.XenName!, IsPaused = domain.State is RunState.Paused, StartedAt = await StartOfAsync(domain.XenUuid, cancellationToken) });
            }
            catch (XenException e) when (e.Code is not (XenErrorCode.Unavailable or XenErrorCode.WorkerLost or XenErrorCode.Timeout))
            {
                // It went meanwhile, or whoever made it has left no configuration with it.
            }
        }
        return [.. found.OrderBy(domain => domain.XenName, StringComparer.Ordinal)];
    }

    public async Task AdoptAsync(DomainRef found, DesiredDomain domain, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(domain);
        if (domain.Adopts is { } adopts && !AdoptionPolicy.Allows(_options.Policy.AdoptableDomains, adopts.XenName))
        {
            throw new XenException(XenErrorCode.NotAllowed, "adopt",
                $"this host does not allow domain {adopts.XenName} to be adopted. Its administrator can, with the agent's option --adopt {adopts.XenName}");
        }
        await CallAsync(new AdoptRequest(found, domain, _time.GetUtcNow(), await StartOfAsync(found.Uuid, cancellationToken)), _options.Limits.Adopt, cancellationToken);
    }

    /// <summary>When libxl has built it, as it notes down beside it (libxl__build_post): seconds since 1970, with a fraction. Null: nothing that can be so.</summary>
    private async Task<DateTimeOffset?> StartOfAsync(Guid uuid, CancellationToken cancellationToken) =>
        decimal.TryParse((await ReadAsync([$"/vm/{uuid}/start_time"], cancellationToken))[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
        && seconds > 0 && seconds <= _time.GetUtcNow().ToUnixTimeSeconds()
            ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond))
            : null;
}
