using Reconciler.Xen.Host;

namespace Reconciler.Xen.Planning;

/// <summary>The devices of a domain that is wanted and alive: one decision for each, independent of the others.</summary>
internal static class Devices
{
    /// <summary>
    /// How long a hotplug script that has lost its worker may take to end well. It is a process of its own, and takes a fraction of a second.
    /// </summary>
    private static readonly TimeSpan ScriptTime = TimeSpan.FromSeconds(10);

    /// <summary>What is done about each device.</summary>
    public static IReadOnlyList<DeviceReport> Decide(Situation s)
    {
        var told = Told(s);
        return told.Count == 0 ? told : [.. told.Select(report => Decide(s, report, told))];
    }

    /// <summary>What there is to say while nothing is done about devices: those of a domain that starts, stops or has ended come and go with it.</summary>
    public static IReadOnlyList<DeviceReport> Told(Situation s)
    {
        var observed = s.Domain?.Devices ?? [];
        if (observed.Count == 0 && s.Desired is null or { Disks.Count: 0, Nics.Count: 0 })
            return [];

        var desired = Desired(s).ToArray();
        return
        [
            .. desired.Select(d => DeviceReport.Of(d, desired: true, observed.FirstOrDefault(o => o.Ref == d.Device && o.Mark?.ObjectUid == d.ObjectUid))),
            .. observed.Where(o => o.Mark is { } mark && !desired.Any(d => d.Device == o.Ref && d.ObjectUid == mark.ObjectUid))
                .Select(o => DeviceReport.Of(o.Mark!, desired: false, o)),
        ];
    }

    /// <summary>One wait for all that wait: the worst reason, the oldest since, the next time. Null when none waits.</summary>
    public static Wait? Wait(IReadOnlyList<DeviceReport> reports)
    {
        var waiting = reports.Where(r => r.Wait is not null).ToArray();
        if (waiting.Length == 0)
            return null;

        return new Wait(
            waiting.Select(r => r.Wait!.Reason).MinBy(Rank),
            string.Join(" ", waiting.Select(r => $"{r}: {r.Wait!.Message}")),
            waiting.Min(r => r.Wait!.Since),
            waiting.Min(r => r.Wait!.Deadline),
            waiting.Min(r => r.Wait!.Again));
    }

    /// <summary>What only a person can end comes first, then what only the guest can.</summary>
    private static int Rank(WaitReason reason) => reason switch
    {
        WaitReason.DeviceConflict => 0,
        WaitReason.DetachBlocked => 1,
        WaitReason.AttachingDevices => 2,
        _ => 3,
    };

    private static IEnumerable<DeviceMark> Desired(Situation s) => s.Desired is not { } desired ? [] :
        [.. desired.Disks.Select(d => DeviceMark.Of(d, s.Now)), .. desired.Nics.Select(n => DeviceMark.Of(n, s.Now))];

    private static DeviceReport Decide(Situation s, DeviceReport report, IReadOnlyList<DeviceReport> all)
    {
        if (!report.Desired)
            return Leave(s, report);
        var wanted = Desired(s).First(d => d.Device == report.Device);
        if (report.Observed is not { Mark: { } mark } observed)
            return Attach(s, report, wanted, all);
        // A guest that was asked can't be called back: it may let go at any time.
        var same = mark.IsSameAs(wanted);
        if (mark.DetachRequestedAt is not null || !same && !mark.CanBecome(wanted))
            return Anew(s, Leave(s, report));
        if (observed is not { Backend: not null, HotplugDone: true })
            return Complete(s, report, observed, mark);
        // A bridge that is gone is not for us to make; whoever makes it is seen doing it.
        return same && observed.Port is not NicPort.Astray ? report : report with { Step = new Step.ConfigureNic(s.Domain!.Ref, wanted.Nic!) };
    }

    private static DeviceReport Attach(Situation s, DeviceReport report, DeviceMark wanted, IReadOnlyList<DeviceReport> all)
    {
        var domain = s.Domain!;
        if (domain.Devices.FirstOrDefault(o => o.Ref == report.Device) is { } holder)
        {
            return report with
            {
                Wait = holder.Mark is null
                    ? s.Wait(WaitReason.DeviceConflict, "A device of this name was attached by somebody else. It is not touched; detach it by hand, or choose another name.")
                    : s.Wait(WaitReason.AttachingDevices, $"The device is still attached for {DeviceReport.Of(holder.Mark, desired: false)}."),
            };
        }
        if (Rival(wanted, all, report) is { } rival)
        {
            return report with
            {
                Wait = s.Wait(WaitReason.AttachingDevices, rival.ObjectUid == wanted.ObjectUid
                    ? $"It is still attached as {rival.Name}."
                    : $"{wanted.Disk?.Path} is for {rival}; a disk that is written to can't be shared."),
            };
        }
        return report with
        {
            Step = wanted.Disk is { } disk ? new Step.AttachDisk(domain.Ref, disk) : new Step.AttachNic(domain.Ref, wanted.Nic!),
        };
    }

    /// <summary>
    /// Who has, in this domain, what the device is to be made of: the same object elsewhere, or another one that writes to the same disk.
    /// Of two that are both to be attached, the first.
    /// </summary>
    private static DeviceReport? Rival(DeviceMark wanted, IReadOnlyList<DeviceReport> all, DeviceReport self)
    {
        foreach (var other in all.TakeWhile(r => !ReferenceEquals(r, self)).Concat(all.Where(r => r.Observed is not null)))
        {
            if (other.Device == self.Device)
                continue;
            if (other.Observed is not null && other.ObjectUid == wanted.ObjectUid || Clash(wanted.Disk, other.Observed?.Mark?.Disk ?? other.Disk))
                return other;
        }
        return null;
    }

    private static bool Clash(DesiredDisk? one, DesiredDisk? other) =>
        one is not null && one.Path == other?.Path && !((one.ReadOnly || one.CdRom) && (other.ReadOnly || other.CdRom));

    /// <summary>Its attachment was cut short.</summary>
    private static DeviceReport Complete(Situation s, DeviceReport report, ObservedDevice observed, DeviceMark mark)
    {
        var deadline = mark.AttachRequestedAt.AddSaturated(ScriptTime);
        if (observed is { Backend: not null, Error: null } && deadline > s.Now && mark.AttachRequestedAt <= s.Now)
            return report with { Wait = s.Wait(WaitReason.AttachingDevices, "Its backend is not ready yet.", since: mark.AttachRequestedAt, deadline) };
        if (observed.IsLetGo)
            return Anew(s, report with { Step = new Step.Detach(s.Domain!.Ref, report.Device, DetachCause.HalfMade) });
        return report with { Wait = s.Wait(WaitReason.AttachingDevices, $"Its backend is not ready, and the guest uses it. {observed.Error}".TrimEnd(), again: s.LookAgain) };
    }

    /// <summary>What is taken away only to be attached again is not as desired when it is gone.</summary>
    private static DeviceReport Anew(Situation s, DeviceReport report) =>
        report.Wait is not null ? report : report with { Wait = s.Wait(WaitReason.AttachingDevices, "It is taken away and then attached anew.", again: s.LookAgain) };

    private static DeviceReport Leave(Situation s, DeviceReport report)
    {
        var domain = s.Domain!;
        var observed = report.Observed!;
        var asked = observed.Mark!.DetachRequestedAt;
        var stands = observed.Backend is null or XenbusState.Closing or XenbusState.Closed;
        // A guest that was asked, let go, and looks for it again takes it up unless it is asked again (kexec).
        var returns = asked is not null && !stands;
        if (observed.IsLetGo && !returns)
        {
            var cause = observed is { IsGone: false, Backend: null } or { IsGone: false, HotplugDone: false } ? DetachCause.HalfMade : DetachCause.Closed;
            return report with { Step = new Step.Detach(domain.Ref, report.Device, cause) };
        }

        var policy = s.Policy.Detach.GetValueOrDefault(report.ObjectUid, DetachPolicy.Default);
        var deadline = (asked ?? s.Now).AddSaturated(policy.Timeout);
        var overdue = deadline <= s.Now;
        if (asked is null || !stands)
        {
            return report with
            {
                Step = new Step.RequestDetach(domain.Ref, report.Device),
                Wait = s.Wait(WaitReason.DetachingDevices, Asked(domain, observed), asked, overdue ? null : deadline, overdue ? s.LookAgain : null),
            };
        }
        if (!overdue)
            return report with { Wait = s.Wait(WaitReason.DetachingDevices, Asked(domain, observed), asked, deadline) };
        return policy.Force
            ? report with { Step = new Step.Detach(domain.Ref, report.Device, DetachCause.TimeoutExpired) }
            : report with { Wait = s.Wait(WaitReason.DetachBlocked, $"{Asked(domain, observed)} It has not in time; the spec says to wait for it.", since: deadline) };
    }

    private static string Asked(ObservedDomain domain, ObservedDevice observed)
    {
        var answer = domain.State == RunState.Paused ? "The guest is to let go of it and can't while it is paused." : "The guest was asked to let go of it.";
        return observed.Error is { } error ? $"{answer} It says: {error.TrimEnd('.')}." : answer;
    }
}
