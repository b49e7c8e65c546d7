using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Devices;
using Reconciler.Xen.Light.Worker.Protocol;
using Reconciler.Xen.Store;

namespace Reconciler.Xen.Light;

/// <content>What is on the host: domains from libxl in one call, then names, requests and devices from xenstore, all at once.</content>
public sealed partial class LibxlHost
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyList<ObservedDomain>> ObserveAllAsync(CancellationToken cancellationToken)
    {
        var report = await LookAsync(new ObserveRequest(), cancellationToken);
        return await WithXenstoreAsync(report.Details, cancellationToken);
    }

    public async Task<Observation> ObserveAsync(DomainKey key, CancellationToken cancellationToken)
    {
        var at = _time.GetUtcNow();
        var report = await LookAsync(new ObserveRequest { Uuid = key.Uuid, XenUuid = key.Adopts }, cancellationToken);
        var names = ReadAsync([.. report.All.Select(domain => NamePath(domain.Domid))], cancellationToken);
        var details = WithPorts(await WithXenstoreAsync(report.Details, cancellationToken), report.Ports ?? []);
        var domains = details.Where(domain => domain.Uuid == key.Uuid).ToArray();
        var holder = report.All.Zip(await names, (domain, name) => (domain, name))
            .Where(pair => pair.name == key.XenName && domains.All(domain => domain.Domid != pair.domain.Domid))
            .Select(pair => (int?)pair.domain.Domid)
            .FirstOrDefault();
        return new Observation
        {
            At = at,
            Domains = domains,
            NameHeldBy = holder is { } domid ? await LookAtAsync(domid, cancellationToken) : null,
            Adoptee = key.Adopts is { } adopts ? details.LastOrDefault(domain => domain.XenUuid == adopts && domain.Uuid != key.Uuid && domain.State is not RunState.Dying) : null,
            OperationInProgress = report.Busy,
        };
    }

    private async Task<ObservedDomain?> LookAtAsync(int domid, CancellationToken cancellationToken)
    {
        var report = await LookAsync(new ObserveRequest { Domid = domid }, cancellationToken);
        return await WithXenstoreAsync(report.Details, cancellationToken) is [var domain, ..] ? domain : null;
    }

    private async Task<DomainsReport> LookAsync(ObserveRequest request, CancellationToken cancellationToken) =>
        (await CallAsync(request, _options.Limits.Observe, cancellationToken)).Domains!;

    private async Task<IReadOnlyList<ObservedDomain>> WithXenstoreAsync(IReadOnlyList<ObservedDomain> domains, CancellationToken cancellationToken)
    {
        if (domains.Count == 0) return [];
        var devices = AskAsync(xenstore => DeviceReader.ReadAsync(xenstore, [.. domains.Select(domain => domain.Domid)], cancellationToken), cancellationToken);
        var values = await ReadAsync([.. domains.SelectMany(domain => (string[])[NamePath(domain.Domid), RequestPath(domain.Domid), HotplugPath(domain.Domid, "vbd"), HotplugPath(domain.Domid, "vif")])], cancellationToken);
        var nodes = await devices;
        return [.. domains.Select((domain, i) => domain with
        {
            XenName = values[4 * i] is { Length: > 0 } name ? name : null,
            Devices = ObservedDevices.Join(domain.Domid, nodes[i], domain.Mark),

            // The guest takes a request by clearing the node (docs/misc/xenstore-paths.pandoc).
            ShutdownUnacknowledged = values[(4 * i) + 1] is "poweroff" or "halt",
            Hotplug = HotplugHint.Parse(values[(4 * i) + 2], values[(4 * i) + 3]),
        })];
    }

    private static IReadOnlyList<ObservedDomain> WithPorts(IReadOnlyList<ObservedDomain> domains, IReadOnlyList<SeenPort> ports) => ports.Count == 0 ? domains :
    [
        .. domains.Select(domain => domain with
        {
            Devices =
            [
                .. domain.Devices.Select(device => device is { Ref.Kind: DeviceKind.Vif, Mark: not null, Backend: not null }
                    ? device with { Port = ports.FirstOrDefault(port => port.Domid == domain.Domid && port.Index == device.Ref.DevId)?.Port }
                    : device),
            ],
        }),
    ];

    private async Task<string?[]> ReadAsync(string[] paths, CancellationToken cancellationToken) =>
        paths.Length == 0 ? [] : await AskAsync(async xenstore => await xenstore.ReadManyAsync(paths, cancellationToken), cancellationToken);

    private async Task<T> AskAsync<T>(Func<IXenstore, Task<T>> question, CancellationToken cancellationToken)
    {
        try
        {
            // At the start, and while xenstored restarts, it is worth a moment.
            if (_xenstore.State is XenstoreConnectionState.Disconnected)
                await _xenstore.WaitUntilConnectedAsync(cancellationToken).WaitAsync(ConnectPatience, _time, cancellationToken);
            return await question(_xenstore);
        }
        catch (TimeoutException)
        {
            throw new XenException(XenErrorCode.Unavailable, "observe", $"xenstored can't be reached: {_xenstore.DisconnectReason?.Message}", _xenstore.DisconnectReason);
        }
        catch (XenstoreException e)
        {
            throw new XenException(XenErrorCode.Unavailable, "observe", $"xenstored can't be asked: {e.Message}", e);
        }
    }

    private static string NamePath(int domid) => $"/local/domain/{domid}/name";

    private static string HotplugPath(int domid, string kind) => $"/local/domain/{domid}/feature/hotplug/{kind}";

    private static string RequestPath(int domid) => $"/local/domain/{domid}/control/shutdown";
}
