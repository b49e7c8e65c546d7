using System.Text.Json;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Native;
using Reconciler.Xen.Light.Networking;
using Reconciler.Xen.Light.Ownership;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Worker.Operations;

/// <summary>Looks at domains: what the hypervisor says, our mark, our intent, our lock. Names and requests are in xenstore, for the agent to read.</summary>
internal sealed class Observer(ILibxl libxl, Intents intents, OperationLocks locks, NicPorts ports)
{
    /// <summary>Domains that have, in this life, the UUID of the object whose they are: their marks need not be read to know that they are no other's.</summary>
    private readonly HashSet<VmId> _ofTheirUuid = [];

    public DomainsReport Observe(ObserveRequest request)
    {
        // The lock before the list: a worker that was at work when this began is either seen here, or has finished what the list shows.
        var busy = request.Uuid is { } uuid && locks.IsHeld(uuid);
        var all = libxl.ListVms();
        _ofTheirUuid.IntersectWith(all);
        var wanted = all.Where(vm => (request.Uuid, request.Domid) is (null, null) || vm.Uuid == request.Uuid || vm.Domid == request.Domid
            || vm.Uuid == request.XenUuid || request.Uuid is { } owner && IsAdoptedBy(owner, vm));
        List<ObservedDomain> details = [];
        foreach (var vm in wanted.OrderBy(vm => vm.Domid))
            if (Find(vm.Domid) is { } domain && domain.XenUuid == vm.Uuid) details.Add(domain);
        IEnumerable<SeenPort> seen = request.Uuid is null ? [] : details.SelectMany(domain => ports
            .Look(domain.Domid, domain.Mark?.Devices.Select(device => device.Nic).OfType<DesiredNic>() ?? [])
            .Select(port => new SeenPort(domain.Domid, port.Index, port.Port)));
        if (request.Uuid is { } observed && !busy) ForgetSettled(observed);
        return new DomainsReport([.. all.Select(vm => new DomainRef(vm.Uuid, vm.Domid))], details, busy, [.. seen]);
    }

    /// <summary>
    /// Removes the intent of a process that ended when all was done but this: the domain has its mark, or is gone or going. What is half made
    /// keeps it.
    /// </summary>
    private void ForgetSettled(Guid uuid)
    {
        if (!intents.IsLeft(uuid)) return;
        using var held = locks.TryAcquire(uuid);
        if (held is null) return;
        if (!libxl.ListVms().Where(vm => vm.Uuid == uuid).All(vm => Find(vm.Domid) is null or { State: RunState.Dying } or { Mark: not null })) return;
        try
        {
            intents.Remove(uuid);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Void beside a mark, and without a domain: the next look tries again.
        }
    }

    /// <summary>Null: there is no such domain.</summary>
    public ObservedDomain? Find(int domid)
    {
        if (libxl.DomainInfo(domid) is not { } json) return null;
        var info = JsonSerializer.Deserialize(json, LibxlJson.Default.Dominfo)!;
        var (uuid, ownership, mark, busy) = Owner(info, domid);
        return new ObservedDomain
        {
            Uuid = uuid,
            AdoptedUuid = uuid == info.Uuid ? null : info.Uuid,
            Domid = domid,
            Ownership = ownership,
            Mark = mark,
            State = StateOf(info),
            ShutdownReason = StateOf(info) is RunState.ShutDown ? ReasonOf(info) : null,
            MemoryKiB = info.CurrentMemkb,
            Vcpus = info.VcpuOnline,
            CpuTime = TimeSpan.FromTicks((long)(info.CpuTime / 100)),
            OperationInProgress = busy,
        };
    }

    /// <remarks>
    /// A domain without a mark that has an intent was cut short, or is being worked on right now; the lock tells. Because the one who makes
    /// it holds the lock until the mark is there, a lock that is free means that a mark, if there ever will be one, can be read by now.
    /// </remarks>
    private (Guid Uuid, DomainOwnership Ownership, DomainMark? Mark, bool Busy) Owner(Dominfo info, int domid)
    {
        var mark = ReadMark(info.Uuid, domid);
        var adopted = mark is null ? intents.ReadAdopted(info.Uuid, domid) : null;
        var busy = locks.IsHeld(mark?.Uuid ?? adopted ?? info.Uuid);
        if (mark is null && !busy) mark = ReadMark(info.Uuid, domid);
        if (mark is not null) return (mark.Uuid, DomainOwnership.Ours, mark, busy);
        if (adopted is { } owner && StateOf(info) is not RunState.Running) return (owner, DomainOwnership.HalfMade, null, busy);

        // One that we never finished and that has run all the same was put to use by somebody: not ours any more.
        var cutShort = intents.Read(info.Uuid) switch
        {
            Intent.Create => info.CpuTime == 0,
            Intent.Destroy => StateOf(info) is not RunState.Running,
            _ => false,
        };
        return (info.Uuid, cutShort ? DomainOwnership.HalfMade : DomainOwnership.Foreign, null, busy);
    }

    /// <summary>Nothing but its mark, or the intent to destroy it, tells: the object may not say any more that it was adopted.</summary>
    private bool IsAdoptedBy(Guid owner, VmId vm)
    {
        if (_ofTheirUuid.Contains(vm)) return false;
        if (ReadMark(vm.Uuid, vm.Domid) is not { } mark) return intents.ReadAdopted(vm.Uuid, vm.Domid) == owner;
        if (mark.AdoptedUuid is null) _ofTheirUuid.Add(vm);
        return mark.Uuid == owner;
    }

    private DomainMark? ReadMark(Guid uuid, int domid)
    {
        try
        {
            return libxl.ReadUserdata(domid) is { } data ? MarkCodec.Decode(data, uuid) : null;
        }
        catch (LibxlException) when (libxl.DomainInfo(domid) is null)
        {
            return null; // gone since it was listed
        }
    }

    private static RunState StateOf(Dominfo info) =>
        info.Dying ? RunState.Dying
        : info.Shutdown ? RunState.ShutDown
        : info.Paused ? RunState.Paused
        : RunState.Running;

    private static ShutdownReason ReasonOf(Dominfo info) => info.ShutdownReason switch
    {
        { ValueKind: JsonValueKind.Number } number => number.TryGetInt32(out var value) && Enum.IsDefined((ShutdownReason)value) ? (ShutdownReason)value : ShutdownReason.Unknown,
        { ValueKind: JsonValueKind.String } name => name.GetString() switch
        {
            "poweroff" => ShutdownReason.Poweroff,
            "reboot" => ShutdownReason.Reboot,
            "suspend" => ShutdownReason.Suspend,
            "crash" => ShutdownReason.Crash,
            "watchdog" => ShutdownReason.Watchdog,
            "soft_reset" => ShutdownReason.SoftReset,
            _ => ShutdownReason.Unknown,
        },
        _ => ShutdownReason.Unknown,
    };
}
