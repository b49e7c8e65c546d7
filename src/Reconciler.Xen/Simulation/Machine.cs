using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <summary>
/// The hypervisor, xenstore and the guests. Knows nothing of processes or faults: it does what it is told at once, and lets its guests
/// live when time is told to pass. Not thread-safe.
/// </summary>
internal sealed class Machine(MachineState state, TimeSpan teardown)
{
    public MachineState State => state;

    public XenstoreTree Xenstore { get; } = new(state.Xenstore);

    public Xenbus Xenbus => field ??= new Xenbus(Xenstore);

    public IEnumerable<SimulatedDomain> WithUuid(Guid uuid) => state.Domains.Where(d => d.Uuid == uuid);

    public SimulatedDomain? WithDomid(int domid) => state.Domains.Find(d => d.Domid == domid);

    public SimulatedDomain? WithName(string name) => state.Domains.Find(d => Xenstore.Read(d.NamePath) == name);

    /// <summary>Dying domains hold their memory to the end.</summary>
    public long UsedMemoryKiB => state.Domains.Sum(d => d.MemoryKiB + MemoryModel.OverheadKiB(d.Type, d.Vcpus, d.MemoryKiB));

    public SimulatedDomain Create(Guid uuid, DomainType type, int vcpus, long memoryKiB, GuestBehavior guest, DirectBoot? boot = null)
    {
        var domain = new SimulatedDomain
        {
            Uuid = uuid,
            Domid = state.NextDomid++,
            Type = type,
            Vcpus = vcpus,
            MemoryKiB = memoryKiB,
            Guest = guest,
            Boot = boot,
        };
        state.Domains.Add(domain);
        return domain;
    }

    public void WriteXenstore(SimulatedDomain domain, string name)
    {
        var root = XenstoreTree.Domain(domain.Domid);
        Xenstore.Write($"{root}/name", name);
        Xenstore.Write($"{root}/vm", $"/vm/{domain.Uuid}");
        Xenstore.Write($"{root}/memory/target", $"{domain.MemoryKiB}");
        Xenstore.Write($"{root}/control/shutdown", "");
    }

    public void Unpause(SimulatedDomain domain, DateTimeOffset now)
    {
        if (domain.State != RunState.Paused)
            return;
        domain.State = RunState.Running;
        domain.RunningSince = now;
        domain.HasRun = true;
        domain.StartedAt ??= now;
    }

    public void Pause(SimulatedDomain domain, DateTimeOffset now)
    {
        if (domain.State != RunState.Running)
            return;
        Halt(domain, now);
        domain.State = RunState.Paused;
    }

    /// <summary>
    /// Whether the guest offers a way to be asked. libxl finds one in every PV and PVH guest, whether its kernel is up or not
    /// (libxl__domain_pvcontrol_available): the kernel finds the request when it comes up.
    /// </summary>
    public static bool CanBeAsked(SimulatedDomain domain) => domain.Guest.Shutdown != ShutdownAnswer.Refuse;

    public void AskToPowerOff(SimulatedDomain domain, DateTimeOffset now)
    {
        // On its way down it takes whatever it is asked, and goes on.
        if (domain.AcknowledgedAt is not null && Follows(domain))
            return;
        Xenstore.Write(XenstoreTree.Shutdown(domain.Domid), "poweroff");
        domain.AskedAt = domain.GuestTime(now);
        domain.AcknowledgedAt = null;
    }

    /// <summary>A request that the guest has taken can't be called back.</summary>
    public void StopAsking(SimulatedDomain domain)
    {
        if (domain.AcknowledgedAt is not null)
            return;
        domain.AskedAt = null;
        Xenstore.Write(XenstoreTree.Shutdown(domain.Domid), "");
    }

    public void ShutDown(SimulatedDomain domain, ShutdownReason reason, DateTimeOffset now)
    {
        Halt(domain, now);
        domain.State = RunState.ShutDown;
        domain.ShutdownReason = reason;
    }

    public void Resume(SimulatedDomain domain, DateTimeOffset now)
    {
        domain.ShutdownReason = null;
        domain.State = RunState.Paused;
        Unpause(domain, now);
    }

    /// <summary>Takes away every device, whoever attached it. No guest is asked.</summary>
    public void UnplugAll(SimulatedDomain domain)
    {
        foreach (var device in domain.Devices.ToArray())
            Xenbus.Unplug(domain, device.Ref);
    }

    /// <summary>What libxl removes before it tells the hypervisor: the mark, and the domain's part of xenstore.</summary>
    public void Forget(SimulatedDomain domain)
    {
        domain.Mark = null;
        Xenstore.Remove(XenstoreTree.Domain(domain.Domid));
    }

    public void Destroy(SimulatedDomain domain, DateTimeOffset now)
    {
        Halt(domain, now);
        UnplugAll(domain);
        Forget(domain);
        domain.State = RunState.Dying;
        domain.ShutdownReason = null;
        domain.GoneAt = now + teardown;
        if (teardown == TimeSpan.Zero)
            state.Domains.Remove(domain);
    }

    /// <summary>When something happens by itself next.</summary>
    public DateTimeOffset? NextEvent => state.Domains.Min(domain => NextOf(domain)?.At);

    /// <summary>Lets happen, in order, what happens by itself until <paramref name="now"/>.</summary>
    /// <param name="now">The time that has come.</param>
    /// <param name="changed">Is told of every domain that something happened to.</param>
    public void Advance(DateTimeOffset now, Action<Guid> changed)
    {
        while (true)
        {
            Happening? first = null;
            foreach (var domain in state.Domains)
            {
                if (NextOf(domain) is { } next && next.At <= now && (first is null || next.At < first.Value.At))
                    first = next;
            }
            if (first is not { } due)
                return;
            Happen(due);
            changed(due.Domain.Uuid);
        }
    }

    /// <summary>What happens next to a domain or to one of its devices; of two at the same time, to the domain.</summary>
    private Happening? NextOf(SimulatedDomain domain)
    {
        Happening? next = NextEventOf(domain) is { } own ? new Happening(own.At, domain, own.Event) : null;
        if (domain.RunningSince is not { } since)
            return next;

        foreach (var device in domain.Devices)
        {
            if (Xenbus.Next(domain, device) is not { } due)
                continue;
            var at = since + (due.At - domain.RanFor);
            if (next is null || at < next.Value.At)
                next = new Happening(at, domain, default, device, due.Event);
        }
        return next;
    }

    private void Happen(Happening due)
    {
        if (due.Device is null)
            Happen(due.Domain, due.Event, due.At);
        else if (due.OfDevice == XenbusEvent.Crash)
            ShutDown(due.Domain, ShutdownReason.Crash, due.At);
        else
            Xenbus.Happen(due.Domain, due.Device, due.OfDevice, due.Domain.GuestTime(due.At));
    }

    private void Happen(SimulatedDomain domain, GuestEvent happening, DateTimeOffset at)
    {
        switch (happening)
        {
            case GuestEvent.Gone:
                state.Domains.Remove(domain);
                break;
            case GuestEvent.Acknowledge:
                domain.AcknowledgedAt = domain.GuestTime(at);
                Xenstore.Write(XenstoreTree.Shutdown(domain.Domid), "");
                break;
            default:
                ShutDown(domain, (ShutdownReason)happening, at);
                break;
        }
    }

    private static (DateTimeOffset At, GuestEvent Event)? NextEventOf(SimulatedDomain domain)
    {
        if (domain.GoneAt is { } gone)
            return (gone, GuestEvent.Gone);
        if (domain.RunningSince is not { } since)
            return null;

        var guest = domain.Guest;
        (TimeSpan At, GuestEvent Event)? next = null;
        Consider(guest.CrashAfter, GuestEvent.Crash);
        Consider(guest.WatchdogAfter, GuestEvent.Watchdog);
        Consider(guest.PowerOffAfter, GuestEvent.Poweroff);
        Consider(guest.RebootAfter, GuestEvent.Reboot);
        Consider(guest.KexecAfter, GuestEvent.SoftReset);
        if (domain.AcknowledgedAt is { } acknowledged)
            Consider(Follows(domain) ? acknowledged + guest.ShutdownDelay : null, GuestEvent.Poweroff);
        else if (domain.AskedAt is { } asked && guest.Shutdown is not (ShutdownAnswer.Ignore or ShutdownAnswer.Refuse))
            Consider((asked > guest.Boot || guest.Shutdown == ShutdownAnswer.ForgetInBoot ? asked : guest.Boot) + guest.AckDelay, GuestEvent.Acknowledge);
        return next is { } n ? (since + (n.At - domain.RanFor), n.Event) : null;

        void Consider(TimeSpan? at, GuestEvent happening)
        {
            if (at is { } time && (next is null || time < next.Value.At))
                next = (time, happening);
        }
    }

    /// <summary>Whether the guest does what it was asked last.</summary>
    private static bool Follows(SimulatedDomain domain) => domain.Guest.Shutdown switch
    {
        ShutdownAnswer.PowerOff => true,
        ShutdownAnswer.ForgetInBoot => domain.AskedAt >= domain.Guest.Boot,
        _ => false,
    };

    private static void Halt(SimulatedDomain domain, DateTimeOffset now)
    {
        domain.RanFor = domain.GuestTime(now);
        domain.RunningSince = null;
    }

    /// <summary>Something that happens by itself: to the device where there is one, else to the domain.</summary>
    private readonly record struct Happening(DateTimeOffset At, SimulatedDomain Domain, GuestEvent Event, SimulatedDevice? Device = null, XenbusEvent OfDevice = default);

    /// <summary>What can happen to a domain by itself. The ends have the values of their reasons.</summary>
    private enum GuestEvent
    {
        Poweroff = ShutdownReason.Poweroff,
        Reboot = ShutdownReason.Reboot,
        Crash = ShutdownReason.Crash,
        Watchdog = ShutdownReason.Watchdog,
        SoftReset = ShutdownReason.SoftReset,
        Acknowledge = -1,
        Gone = -2,
    }
}
