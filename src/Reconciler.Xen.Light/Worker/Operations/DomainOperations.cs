using System.Text.Json;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Configuration;
using Reconciler.Xen.Light.Devices;
using Reconciler.Xen.Light.Native;
using Reconciler.Xen.Light.Networking;
using Reconciler.Xen.Light.Ownership;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Worker.Operations;

/// <summary>
/// The operations that change a domain. Each takes the uuid's lock, looks again whether (uuid, domid) still is that domain and whose it is,
/// acts once, and lets go of the lock. A process that ends anywhere in between leaves something that an observation shows as what it is.
/// </summary>
internal sealed class DomainOperations(ILibxl libxl, Observer observer, Intents intents, MarkedDomains domains, LoopDevices loops, DiskClaims claims, NicClaims nics, NicPorts ports)
{
    /// <returns>The new domain's domid.</returns>
    public int Create(CreateRequest request)
    {
        var mark = request.Mark;
        using var held = domains.Lock(mark.Uuid, request.Operation);
        RequireAbsent(mark, request.Operation);
        RequireHost(mark.BootedWith, request.Operation);
        ConfigurationCheck.Verify(request.Configuration, libxl.ReadBack);
        using var claim = claims.Claim(mark.BootedWith.Disks, request.Operation);
        foreach (var nic in mark.BootedWith.Nics) nics.Require(nic, domid: null, request.Operation);

        intents.Write(mark.Uuid, Intent.Create);
        int domid;
        try
        {
            domid = libxl.Create(request.Configuration);
        }
        catch (LibxlException)
        {
            // libxl takes back what it made. Only if that failed as well is there a remnant, which the intent tells from a foreign domain.
            if (libxl.ListVms().All(vm => vm.Uuid != mark.Uuid)) intents.Remove(mark.Uuid);

            // Of block scripts that libxl has killed for being slow nothing is left but what they had set up.
            Release(mark);
            throw;
        }
        // Before the mark, without which it is never let run: no guest runs before its rules are in force.
        Settle(domid, mark);
        libxl.WriteUserdata(domid, MarkCodec.Encode(mark));
        intents.Remove(mark.Uuid);
        return domid;
    }

    /// <summary>What can't be put in its place takes the domain back with it.</summary>
    private void Settle(int domid, DomainMark mark)
    {
        try
        {
            foreach (var nic in mark.BootedWith.Nics) ports.Settle(NicPorts.NameOf(domid, nic.Index), nic, before: null);
        }
        catch (Exception e) when (e is XenException or IOException)
        {
            libxl.Destroy(domid);
            Release(mark);
            SweepRules();
            intents.Remove(mark.Uuid);
            throw;
        }
    }

    private void Release(DomainMark? mark)
    {
        foreach (var device in mark?.Devices ?? []) loops.Release(device);
    }

    private void SweepRules()
    {
        // Looked at once, and only after the rules: those of a domain that comes later are none of those found.
        var living = new Lazy<HashSet<int>>(() => [.. libxl.ListVms().Select(vm => vm.Domid)]);
        ports.Sweep(domid => living.Value.Contains(domid));
    }

    /// <summary>The mark comes first: a domain that ran must never look as if it had not, or it would be destroyed without being asked.</summary>
    public void Unpause(UnpauseRequest request)
    {
        using var held = domains.Lock(request.Domain.Uuid, request.Operation);
        var domain = domains.RequireOurs(request.Domain, request.Operation);
        if (domain.State is RunState.Running) return;
        MarkedDomains.RequireState(domain, RunState.Paused, request.Operation);
        if (domain.Mark!.StartedAt is null) domains.Store(domain, domain.Mark.WithStart(request.At));
        libxl.Unpause(domain.Domid);
    }

    public void Pause(PauseRequest request)
    {
        using var held = domains.Lock(request.Domain.Uuid, request.Operation);
        var domain = domains.RequireOurs(request.Domain, request.Operation);
        if (domain.State is RunState.Paused) return;
        MarkedDomains.RequireState(domain, RunState.Running, request.Operation);
        libxl.Pause(domain.Domid);
    }

    /// <summary>
    /// The request comes first, then the mark: cut short in between, we ask twice. The other way round a guest could be destroyed for not
    /// following what it was never asked.
    /// </summary>
    public void RequestShutdown(ShutdownRequest request)
    {
        using var held = domains.Lock(request.Domain.Uuid, request.Operation);
        var domain = domains.RequireAlive(request.Domain, request.Operation);
        var asked = libxl.RequestPoweroff(domain.Domid);
        if (!asked && domain.Mark!.BootedWith.Type is DomainType.Hvm)
        {
            libxl.PressPowerButton(domain.Domid);
            asked = true;
        }
        domains.Store(domain, domain.Mark!.WithShutdownRequest(request.At, refused: !asked));
        if (!asked)
            throw new XenException(XenErrorCode.NotSupported, request.Operation, "the guest has no Xen drivers, or they are not up yet: it can't see a request to power off");
    }

    public void WithdrawShutdown(WithdrawShutdownRequest request)
    {
        using var held = domains.Lock(request.Domain.Uuid, request.Operation);
        var domain = domains.RequireAlive(request.Domain, request.Operation);
        if (domain.Mark is { ShutdownRequestedAt: null, ShutdownRefused: false }) return;
        domains.Store(domain, domain.Mark!.WithoutShutdownRequest());
    }

    public void Destroy(DestroyRequest request)
    {
        using var held = domains.Lock(request.Domain.Uuid, request.Operation);
        var found = observer.Find(request.Domain.Domid);
        if (found is null || found.Uuid != request.Domain.Uuid || found.State is RunState.Dying)
        {
            // This life of the domain is over. An intent goes with it, unless another life of it is there.
            if (libxl.ListVms().All(vm => vm.Uuid != request.Domain.Uuid || vm.Domid == request.Domain.Domid)) intents.Remove(request.Domain.Uuid);
            return;
        }
        if (found.Ownership is DomainOwnership.Foreign) throw MarkedDomains.NotOurs(found, request.Operation);

        // libxl removes the mark on its way.
        if (found.Ownership is DomainOwnership.Ours)
        {
            if (found.XenUuid == found.Uuid) intents.Write(found.Uuid, Intent.Destroy);
            else intents.WriteAdopted(found.XenUuid, found.Ref);
        }
        libxl.Destroy(found.Domid);
        Release(found.Mark);
        SweepRules();
        intents.Remove(found.XenUuid);
    }

    private void RequireAbsent(DomainMark mark, string operation)
    {
        if (observer.Observe(new ObserveRequest { Uuid = mark.Uuid }).Details is [var domain, ..])
            throw new XenException(XenErrorCode.AlreadyExists, operation, $"a domain with the uuid {mark.Uuid} is there already: domid {domain.Domid}");

        var name = mark.BootedWith.XenName;
        if (libxl.DomidOfName(name) is { } domid)
            throw new XenException(XenErrorCode.AlreadyExists, operation, $"the name {name} is taken by another domain: domid {domid}");
    }

    private void RequireHost(DesiredDomain domain, string operation)
    {
        var host = JsonSerializer.Deserialize(libxl.Physinfo(), LibxlJson.Default.Physinfo)!;
        if (!(domain.Type is DomainType.Pv ? host.CapPv : host.CapHvm))
            throw new XenException(XenErrorCode.NotSupported, operation, $"this host's hypervisor can't run {domain.Type} domains");

        var freeKiB = HostReports.FreeMemoryKiB(host);
        if (freeKiB < domain.MemoryKiB)
            throw new XenException(XenErrorCode.NotEnoughMemory, operation, $"memory.size is {domain.MemoryKiB / 1024} MiB, and the host has {freeKiB / 1024} MiB free: stop a domain, give dom0 less, or ask for less");
    }
}
