using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <summary>What a person with a shell in domain 0 does to the simulated host: <c>xl</c>, on any domain, and accidents.</summary>
public sealed class ByHand
{
    private readonly SimulatedHost _host;

    internal ByHand(SimulatedHost host) => _host = host;

    /// <summary>xl create: a running domain without our mark. Returns its domid.</summary>
    public int Create(string name, Guid? uuid = null, long memoryKiB = 65536, GuestBehavior? guest = null) => _host.Act((machine, now) =>
    {
        var domain = machine.Create(uuid ?? Guid.NewGuid(), DomainType.Pvh, vcpus: 1, memoryKiB, guest ?? new GuestBehavior());
        machine.WriteXenstore(domain, name);
        machine.Unpause(domain, now);
        return (domain.Domid, (Guid?)domain.Uuid);
    });

    /// <summary>A second domain with the uuid, the mark and the state of another: what must never be. Returns its domid.</summary>
    public int Duplicate(int domid) => _host.Act((machine, now) =>
    {
        var original = Find(machine, domid);
        var copy = machine.Create(original.Uuid, original.Type, original.Vcpus, original.MemoryKiB, original.Guest);
        copy.Mark = original.Mark;
        if (original.State == RunState.Running)
            machine.Unpause(copy, now);
        return (copy.Domid, (Guid?)copy.Uuid);
    });

    /// <summary>xl pause.</summary>
    public void Pause(int domid) => On(domid, (machine, domain, now) => machine.Pause(domain, now));

    /// <summary>xl unpause.</summary>
    public void Unpause(int domid) => On(domid, (machine, domain, now) => machine.Unpause(domain, now));

    /// <summary>xl destroy.</summary>
    public void Destroy(int domid) => On(domid, (machine, domain, now) => machine.Destroy(domain, now));

    /// <summary>xl rename.</summary>
    public void Rename(int domid, string name) => On(domid, (machine, domain, _) => machine.Xenstore.Write(XenstoreTree.Name(domain.Domid), name));

    /// <summary>The guest ends now, for this reason; <see cref="ShutdownReason.Suspend"/> is what a save begins with.</summary>
    public void End(int domid, ShutdownReason reason) => On(domid, (machine, domain, now) => machine.ShutDown(domain, reason, now));

    /// <summary>A suspended guest goes on.</summary>
    public void Resume(int domid) => On(domid, (machine, domain, now) => machine.Resume(domain, now));

    /// <summary>Our mark is lost: the domain is nobody's.</summary>
    public void LoseMark(int domid) => On(domid, static (_, domain, _) => domain.Mark = null);

    /// <summary>The host loses power and boots again: no domain is left, and domids begin at 1.</summary>
    public void Reboot() => _host.Act((machine, _) =>
    {
        var state = machine.State;
        state.Domains.Clear();
        state.Intents.Clear();
        state.Xenstore.Clear();
        state.NextDomid = 1;
        state.BootId = Guid.NewGuid().ToString();
        return (0, (Guid?)null);
    });

    private void On(int domid, Action<Machine, SimulatedDomain, DateTimeOffset> act) => _host.Act((machine, now) =>
    {
        var domain = Find(machine, domid);
        act(machine, domain, now);
        return (0, (Guid?)domain.Uuid);
    });

    private static SimulatedDomain Find(Machine machine, int domid) =>
        machine.WithDomid(domid) ?? throw new XenException(XenErrorCode.Stale, "by hand", $"no domain has domid {domid}");
}
