using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <content>Domains that somebody else made, and how they become ours.</content>
public sealed partial class SimulatedHost
{
    public async Task<IReadOnlyList<FoundDomain>> FindAdoptableAsync(IReadOnlyList<ObservedDomain> observed, CancellationToken cancellationToken)
    {
        IReadOnlyList<FoundDomain> all = [];
        await OperateAsync(HostOperation.Observe, uuid: null, [new("read", () => all = [.. Adoptable(observed).OrderBy(d => d.XenName, StringComparer.Ordinal)])], cancellationToken);
        return all;
    }

    public Task AdoptAsync(DomainRef found, DesiredDomain domain, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return OperateAsync(HostOperation.Adopt, domain.Uuid,
        [
            new("monitor", () =>
            {
                if (RequireAdoptable(found, domain) is { } target)
                    target.Monitored = false;
            }),
            new("mark", () =>
            {
                if (RequireAdoptable(found, domain) is not { } target)
                    return;
                target.Mark = Found(target).MarkFor(domain, _time.GetUtcNow(), static path => path);
                (target.XenUuid, target.Uuid) = (target.Uuid, domain.Uuid);
            }),
        ], cancellationToken);
    }

    /// <summary>Of those that were seen, the ones that are there still.</summary>
    private IEnumerable<FoundDomain> Adoptable(IReadOnlyList<ObservedDomain> observed) =>
        from seen in AdoptionPolicy.Choose(_options.AdoptableDomains, observed)
        let domain = _machine.WithDomid(seen.Domid)
        where domain is { State: RunState.Running or RunState.Paused } && OwnershipOf(domain) == DomainOwnership.Foreign && domain.Uuid == seen.Uuid
        select Found(domain);

    private SimulatedDomain? WithXenUuid(Guid uuid) => _machine.State.Domains.LastOrDefault(d => (d.XenUuid ?? d.Uuid) == uuid && d.State != RunState.Dying);

    private FoundDomain Found(SimulatedDomain domain) => new()
    {
        Ref = new DomainRef(domain.XenUuid ?? domain.Uuid, domain.Domid),
        XenName = _machine.Xenstore.Read(domain.NamePath) ?? "",
        Type = domain.Type,
        IsPaused = domain.State is RunState.Paused,
        Vcpus = domain.Vcpus,
        MemoryKiB = domain.MemoryKiB,
        Boot = domain.Boot,
        StartedAt = domain.StartedAt,
        Disks = [.. domain.Devices.Where(d => d.Ref.Kind is DeviceKind.Vbd).Select(d => _machine.Xenbus.Nodes(domain, d.Ref).ReadDisk())],
        Nics = [.. domain.Devices.Where(d => d.Ref.Kind is DeviceKind.Vif).Select(d => _machine.Xenbus.Nodes(domain, d.Ref).ReadNic())],
        Unexpressed = domain.Boot is null ? ["A boot loader starts it."] : [],
    };

    /// <returns>Null when it is this object's already.</returns>
    private SimulatedDomain? RequireAdoptable(DomainRef found, DesiredDomain domain)
    {
        const HostOperation Operation = HostOperation.Adopt;
        if (_machine.WithDomid(found.Domid) is not { State: RunState.Running or RunState.Paused } target || (target.XenUuid ?? target.Uuid) != found.Uuid)
            throw Error(XenErrorCode.Stale, Operation, $"{found} is not on the host any more, or has ended");
        if (OwnershipOf(target) == DomainOwnership.Ours && target.Uuid == domain.Uuid)
            return null;
        if (OwnershipOf(target) != DomainOwnership.Foreign)
            throw Error(XenErrorCode.NotOurs, Operation, $"{found} is another object's");
        var name = _machine.Xenstore.Read(target.NamePath);
        if (domain.Adopts != new Adoptee(found.Uuid, name ?? ""))
            throw Error(XenErrorCode.Stale, Operation, $"{found} is called {name}, and that is not what was to be adopted");
        if (!AdoptionPolicy.Allows(_options.AdoptableDomains, name!))
            throw Error(XenErrorCode.NotAllowed, Operation, $"this host does not allow domain {name} to be adopted");
        if (_machine.WithUuid(domain.Uuid).Any(d => d.State != RunState.Dying))
            throw Error(XenErrorCode.AlreadyExists, Operation, $"{domain.XenName} has a domain already");
        if (target.Type != domain.Type)
            throw Error(XenErrorCode.InvalidConfiguration, Operation, $"{found} is {target.Type}, and spec.type {domain.Type}: that can't be changed while it runs");
        return target;
    }
}
