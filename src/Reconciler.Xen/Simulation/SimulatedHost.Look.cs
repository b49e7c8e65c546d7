using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <content>The calls that change nothing.</content>
public sealed partial class SimulatedHost
{
    public async Task<HostFacts> DescribeAsync(CancellationToken cancellationToken)
    {
        HostFacts? facts = null;
        await OperateAsync(HostOperation.Describe, uuid: null, [new("read", () => facts = Facts())], cancellationToken);
        return facts!;
    }

    public async Task<IReadOnlyList<ObservedDomain>> ObserveAllAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<ObservedDomain> all = [];
        await OperateAsync(HostOperation.Observe, uuid: null, [new("read", () => all = [.. _machine.State.Domains.Select(See)])], cancellationToken);
        return all;
    }

    public async Task<Observation> ObserveAsync(DomainKey key, CancellationToken cancellationToken)
    {
        Observation? seen = null;
        await OperateAsync(HostOperation.Observe, key.Uuid, 
        [
            new("read", () =>
            {
                seen = See(key);
                ForgetSettled(key.Uuid);
            }),
        ], cancellationToken);
        return seen!;
    }

    public async Task<IReadOnlyList<HostObjection>> CheckAsync(DesiredDomain domain, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(domain);
        IReadOnlyList<HostObjection> objections = [];
        await OperateAsync(HostOperation.Check, domain.Uuid, [new("read", () => objections = [.. Objections(domain)])], cancellationToken);
        return objections;
    }

    /// <summary>Removes the intent of a process that died when all was done but this.</summary>
    private void ForgetSettled(Guid uuid)
    {
        if (!InProgress(uuid) && _machine.WithUuid(uuid).All(d => d.Mark is not null || d.State == RunState.Dying))
            _changed |= _machine.State.Intents.Remove(uuid);
    }

    private HostFacts Facts() => new()
    {
        XenVersion = _options.XenVersion,
        GuestTypes = _options.GuestTypes,
        Cpus = _options.Cpus,
        NumaNodes = _options.NumaNodes,
        Numa = [.. Enumerable.Range(0, _options.NumaNodes).Select(id => new NumaNode(id, Share(_options.TotalMemoryKiB, id), (int)Share(_options.Cpus, id)))],
        Capabilities = ["hap", "iommu"],
        CpuFeatures = _options.CpuFeatures,
        TotalMemoryKiB = _options.TotalMemoryKiB,
        FreeMemoryKiB = FreeMemoryKiB,
        BootId = _machine.State.BootId,
        Adapter = "simulated",
    };

    /// <summary>What a NUMA node has of what is there; the first ones have what is left over.</summary>
    private long Share(long whole, int node) => (whole / _options.NumaNodes) + (node < whole % _options.NumaNodes ? 1 : 0);

    private long FreeMemoryKiB => Math.Max(0, _options.TotalMemoryKiB - _options.ReservedMemoryKiB - _machine.UsedMemoryKiB);

    private Observation See(DomainKey key)
    {
        var holder = _machine.WithName(key.XenName);
        return new Observation
        {
            At = _time.GetUtcNow(),
            Domains = [.. _machine.WithUuid(key.Uuid).OrderBy(d => d.Domid).Select(See)],
            NameHeldBy = holder is null || holder.Uuid == key.Uuid ? null : See(holder),
            Adoptee = key.Adopts is { } adopts && WithXenUuid(adopts) is { } adoptee && adoptee.Uuid != key.Uuid ? See(adoptee) : null,
            OperationInProgress = InProgress(key.Uuid),
        };
    }

    private ObservedDomain See(SimulatedDomain domain)
    {
        var name = _machine.Xenstore.Read(domain.NamePath);
        return new ObservedDomain
        {
            Uuid = domain.Uuid,
            AdoptedUuid = domain.XenUuid,
            Domid = domain.Domid,
            XenName = name,
            Ownership = OwnershipOf(domain),
            Mark = domain.Mark,
            State = domain.State,
            ShutdownReason = domain.ShutdownReason,
            MemoryKiB = domain.MemoryKiB,
            Vcpus = domain.Vcpus,
            CpuTime = CpuTime(domain),
            Devices = [.. SeeDevices(domain)],
            Hotplug = HotplugHint.Parse(
                _machine.Xenstore.Read($"{XenstoreTree.Domain(domain.Domid)}/feature/hotplug/vbd"), _machine.Xenstore.Read($"{XenstoreTree.Domain(domain.Domid)}/feature/hotplug/vif")),
            ShutdownUnacknowledged = _machine.Xenstore.Read(XenstoreTree.Shutdown(domain.Domid)) is { Length: > 0 },
            OperationInProgress = InProgress(domain.Uuid),
        };
    }

    private DomainOwnership OwnershipOf(SimulatedDomain domain)
    {
        if (domain.Mark is { } mark && mark.Uuid == domain.Uuid && mark.XenUuid == (domain.XenUuid ?? domain.Uuid))
            return DomainOwnership.Ours;
        return _machine.State.Intents.Contains(domain.Uuid) ? DomainOwnership.HalfMade : DomainOwnership.Foreign;
    }

    /// <summary>A guest that boots uses the CPU at once, and then idles most of the time.</summary>
    private TimeSpan CpuTime(SimulatedDomain domain) =>
        domain.HasRun ? TimeSpan.FromMilliseconds(1) + domain.GuestTime(_time.GetUtcNow()) / 20 : TimeSpan.Zero;

    private IEnumerable<HostObjection> Objections(DesiredDomain domain)
    {
        if (!_options.GuestTypes.Contains(domain.Type))
        {
            yield return new HostObjection("type", "TypeNotSupported",
                $"{domain.Type} guests can't run on this host, which has {string.Join(", ", _options.GuestTypes)}.");
        }
        foreach (var objection in FileObjections("boot.kernel", "KernelNotFound", domain.Boot.Kernel))
            yield return objection;
        if (domain.Boot.Ramdisk is { } ramdisk)
        {
            foreach (var objection in FileObjections("boot.ramdisk", "RamdiskNotFound", ramdisk))
                yield return objection;
        }
        foreach (var device in DevicesOf(domain))
        {
            if (Objection(device) is { } objection)
                yield return objection;
        }
        if (GuestCmdline.Parse(domain.Boot.Cmdline, _options.Guest).Error is { } error)
            yield return new HostObjection("boot.cmdline", "CmdlineNotUnderstood", error);
    }

    private IEnumerable<HostObjection> FileObjections(string field, string notFound, string path)
    {
        if (!IsAllowed(path, _options.AllowedDirectories))
        {
            yield return new HostObjection(field, "PathNotAllowed",
                $"{path} is outside of the directories that this host allows: {string.Join(", ", _options.AllowedDirectories)}.");
        }
        else if (!Files.Exists(path))
        {
            yield return new HostObjection(field, notFound, $"{path} does not exist on this host. Put the file there, or correct the path.");
        }
    }

    private static bool IsAllowed(string path, IReadOnlyList<string> directories)
    {
        if (!path.StartsWith('/'))
            return false;
        var full = Path.GetFullPath(path);
        return directories.Count == 0
            || directories.Any(d => full.StartsWith(d.EndsWith('/') ? d : d + "/", StringComparison.Ordinal));
    }
}
