using System.Globalization;
using Reconciler.Api.Conditions;
using Reconciler.Api.Devices;
using Reconciler.Kubernetes.Model;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.Mapping;

/// <summary>What one device is doing, as it was seen at the end of a pass: what the status of a VBD and of a VIF have in common.</summary>
/// <param name="State">From <see cref="DeviceState"/>; null: the host could not be asked.</param>
/// <param name="Status">Of Ready, from <see cref="ConditionStatus"/>.</param>
/// <param name="Reason">Of Ready, from <see cref="DeviceReadyCondition"/>.</param>
/// <param name="Message">Of Ready.</param>
internal sealed record DeviceSight(string? State, string Status, string Reason, string Message)
{
    /// <summary>How long a guest that runs is given to connect before it is said that it does not. It is waited for all the same.</summary>
    public static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(60);

    /// <summary>The wait for a bridge that is gone. The host does not know since when; the status does.</summary>
    public const string BridgeWait = "Bridge";

    /// <summary>What the host has of it; null: nothing.</summary>
    public ObservedDevice? Device { get; private init; }

    /// <summary>The domain that has it.</summary>
    public int? Domid { get; private init; }

    /// <summary>Frontend and backend are connected, and nobody was asked to let go.</summary>
    public bool IsConnected { get; private init; }

    public WaitingFor? WaitingFor { get; private init; }

    public static DeviceSight Of(DeviceFinding device, DomainFindings f)
    {
        if (f.Observed is null) return new DeviceSight(null, ConditionStatus.Unknown, DeviceReadyCondition.HostUnavailable, f.Problem?.Message ?? "");
        var domain = f.Observed.Domains.LastOrDefault(d => d.Devices.Any(o => IsOf(o, device)));
        var observed = domain?.Devices.First(o => IsOf(o, device));
        return observed is { IsGone: false }
            ? There(device, f, domain!, observed) with { Device = observed, Domid = domain!.Domid }
            : NotThere(device, f);
    }

    private static DeviceSight There(DeviceFinding device, DomainFindings f, ObservedDomain domain, ObservedDevice observed)
    {
        var mark = observed.Mark!;
        if (device.IsBeingDeleted || mark.DetachRequestedAt is not null)
        {
            var blocked = device.Report?.Wait is { Reason: WaitReason.DetachBlocked };
            var message = device.Report?.Wait?.Message ?? (domain.State == RunState.Dying ? "The hypervisor is tearing the domain down." : "The guest is asked to let go of it.");
            if (blocked && domain.Hotplug.Of(observed.Ref.Kind) is false) message = $"{message} It says that it gives no such devices while it runs: it goes when the Domain is stopped.";
            return False(DeviceState.Detaching, blocked ? DeviceReadyCondition.DetachBlocked : DeviceReadyCondition.Detaching, message) with
            {
                WaitingFor = mark.DetachRequestedAt is { } asked ? Wait("FrontendClosed", message, asked, blocked ? null : device.Report?.Wait?.Deadline) : null,
            };
        }

        var isConnected = observed is { HotplugDone: true, Backend: XenbusState.Connected, Frontend: XenbusState.Connected };
        if (f.DeviceFailures.GetValueOrDefault(observed.Ref) is { } failure)
        {
            var problem = Problems.OfDevice(failure, device.Vbd is null ? DeviceKind.Vif : DeviceKind.Vbd);
            return isConnected ? False(DeviceState.Attached, problem.Reason, $"{problem.Message} The guest keeps it as it is until then.") with { IsConnected = true } : Failed(problem);
        }
        if (observed.BackendDied) return Failed(new Problem(DeviceReadyCondition.BackendFailed, Died(domain)));
        if (observed is { HotplugDone: false, Error: { } error }) return Failed(new Problem(DeviceReadyCondition.BackendFailed, error));
        if (isConnected)
        {
            var connected = device switch
            {
                { IsAccepted: true, Problem: { } problem } => False(DeviceState.Attached, problem.Reason, $"{problem.Message} It stays as it is attached until then.") with { WaitingFor = Volume(device) },
                _ when observed.Port is NicPort.BridgeGone => False(DeviceState.Attached, DeviceReadyCondition.NetworkNotReady, $"The bridge {mark.Nic?.Bridge} is gone from the host: the guest has the NIC, and no network. It is plugged in again when the bridge is there."),
                _ when observed.Port is NicPort.Astray => False(DeviceState.Attached, DeviceReadyCondition.Attaching, $"It is not in the bridge {mark.Nic?.Bridge}, or without its rules, and is put back."),
                { ReplugRequired: { } fields } => False(DeviceState.Attached, DeviceReadyCondition.ReplugRequired, $"Takes effect when it is plugged anew, or at the next start of the Domain: {fields}."),
                _ => new DeviceSight(DeviceState.Attached, ConditionStatus.True, DeviceReadyCondition.Attached, $"In domain {domain.Domid.ToString(CultureInfo.InvariantCulture)}, both ends connected{(mark.Nic is { LinkDown: true } ? "; its link is down, as asked" : "")}."),
            };
            return connected with
            {
                IsConnected = true,
                WaitingFor = observed.Port is NicPort.BridgeGone ? Wait(BridgeWait, $"The bridge {mark.Nic?.Bridge} on the host.", f.Now) : connected.WaitingFor,
            };
        }

        return Attaching(f, domain, observed, mark);
    }

    private static string Died(ObservedDomain domain) =>
        "The QEMU that served it has ended; what the guest asks of the disk is never answered. A restart of the Domain brings another one. "
        + $"/var/log/xen/qemu-dm-{domain.XenName}.log on the host may say why it ended.";

    private static DeviceSight Attaching(DomainFindings f, ObservedDomain domain, ObservedDevice observed, DeviceMark mark)
    {
        if (!observed.HotplugDone)
            return False(DeviceState.Attaching, DeviceReadyCondition.Attaching, "Its backend is not ready yet.") with { WaitingFor = Wait("Backend", "dom0 makes it ready.", mark.AttachRequestedAt) };
        if (domain.State != RunState.Running)
            return False(DeviceState.Attaching, DeviceReadyCondition.Attaching, "Its backend is ready; the guest does not run and can't connect.") with { WaitingFor = Wait("Frontend", "The guest connects when it runs.", mark.AttachRequestedAt) };

        // A guest that boots looks for its disks after a while: its time begins when it does.
        // To the second, as the status says it: whoever looks again at its deadline shall find it over.
        var since = Clock.WholeSeconds(domain.Mark?.StartedAt > mark.AttachRequestedAt ? domain.Mark.StartedAt.Value : mark.AttachRequestedAt);
        var deadline = since + ConnectTime;
        var said = observed.Error is { } error ? $" It says: {error.TrimEnd('.')}." : "";
        var hotplug = Hotplug.Judge(domain, observed, isOverdue: deadline <= f.Now);
        var waits = Wait("Frontend", "The guest's driver connects.", since, deadline > f.Now ? deadline : null);
        var (reason, message) = hotplug switch
        {
            HotplugVerdict.NotSupported => (DeviceReadyCondition.HotplugNotSupported,
                "The guest takes no such devices while it runs. It finds this one when the Domain is next started: set powerState to Halted, and back to Running."),
            HotplugVerdict.NoDriver => (DeviceReadyCondition.FrontendNotConnected,
                $"No driver in the guest has looked at it within {ConnectTime.TotalSeconds:0} s: it has none (Linux: {(observed.Ref.Kind is DeviceKind.Vif ? "xen-netfront" : "xen-blkfront")}), can't take devices while it runs, or hangs in the removal of an earlier one. It is still waited for."),
            HotplugVerdict.Unfinished => (DeviceReadyCondition.FrontendNotConnected, $"The guest's driver has found it and has not connected within {ConnectTime.TotalSeconds:0} s; it is still waited for."),
            _ => (DeviceReadyCondition.Attaching, "Its backend is ready; the guest has not connected yet."),
        };
        return False(DeviceState.Attaching, reason, message + said) with { WaitingFor = waits };
    }

    private static DeviceSight NotThere(DeviceFinding device, DomainFindings f)
    {
        if (device.IsBeingDeleted) return False(DeviceState.Detached, DeviceReadyCondition.Released, "Nothing of it is left on the host.");
        var failure = f.DeviceFailures.Where(x => x.Key == device.Disk?.Ref || x.Key == device.Nic?.Ref).Select(x => x.Value).FirstOrDefault();
        if (device.Problem is { } problem)
        {
            return problem.Reason is DeviceReadyCondition.NotAccepted or DeviceReadyCondition.PreparingVolume
                ? False(DeviceState.Pending, problem.Reason, problem.Message) with { WaitingFor = Volume(device) }
                : Failed(problem) with { WaitingFor = Volume(device) };
        }

        if (failure is not null) return Failed(Problems.OfDevice(failure, device.Vbd is null ? DeviceKind.Vif : DeviceKind.Vbd));
        if (f.Problem is { Reason: ReadyCondition.HostUnavailable }) return new DeviceSight(null, ConditionStatus.Unknown, DeviceReadyCondition.HostUnavailable, f.Problem.Message);
        if (device.IsEmptyDrive) return new DeviceSight(DeviceState.Detached, ConditionStatus.True, DeviceReadyCondition.Attached, "The drive is empty.");
        if (device.Report?.Wait is { Reason: WaitReason.DeviceConflict } conflict) return Failed(new Problem(DeviceReadyCondition.NotOurs, conflict.Message));
        if (f.Living is null)
            return False(DeviceState.Pending, DeviceReadyCondition.DomainHalted, $"The Domain is not running; the {(device.Vbd is null ? "NIC" : "disk")} is attached when it is started.");
        return False(DeviceState.Attaching, DeviceReadyCondition.Attaching, device.Report?.Wait?.Message ?? "It is being attached.") with
        {
            WaitingFor = device.Report?.Wait is { } wait ? Wait("Backend", wait.Message, wait.Since, wait.Deadline) : null,
        };
    }

    private static WaitingFor? Volume(DeviceFinding device) => device.Progress is { } progress ? Wait("Volume", progress.Message, progress.Since) : null;

    private static bool IsOf(ObservedDevice observed, DeviceFinding device) => observed.Mark?.ObjectUid == device.Uid;

    private static DeviceSight False(string state, string reason, string message) => new(state, ConditionStatus.False, reason, message);

    private static DeviceSight Failed(Problem problem) => False(DeviceState.Failed, problem.Reason, problem.Message);

    private static WaitingFor Wait(string reason, string message, DateTimeOffset since, DateTimeOffset? deadline = null) =>
        new() { Reason = reason, Message = message, Since = Clock.WholeSeconds(since), Deadline = Clock.WholeSeconds(deadline) };
}
