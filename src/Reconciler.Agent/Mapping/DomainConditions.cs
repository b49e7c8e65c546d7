using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Devices;
using Reconciler.Kubernetes.Model;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.Mapping;

/// <summary>The conditions that the agent owns, computed from what one pass found.</summary>
internal static class DomainConditions
{
    public static IReadOnlyList<Condition> Compute(DomainFindings f, string powerState)
    {
        var ready = Ready(f, powerState);
        return
        [
            Make(f, ReadyCondition.Type, ready.Status, ready.Reason, ready.Message),
            Progressing(f),
            RestartRequired(f),
            DevicesAttached(f),
        ];
    }

    /// <summary>
    /// True when the domain is as desired. A problem comes before what is waited for, and that before what is still to be done: the
    /// first is what a person has to look at.
    /// </summary>
    private static (string Status, string Reason, string Message) Ready(DomainFindings f, string powerState) => f switch
    {
        { Problem: { } problem } => (problem.Unobserved ? ConditionStatus.Unknown : ConditionStatus.False, problem.Reason, problem.Message),
        { Plan.Wait: { } wait } => (ConditionStatus.False, Waiting(wait.Reason), wait.Message),
        { Plan.Steps: [.., var last] } => (ConditionStatus.False, Doing(last), "Steps are being taken on the host."),
        { Object.Metadata.DeletionTimestamp: not null } => (ConditionStatus.False, ReadyCondition.TearingDown, "Nothing of the domain is left on the host."),
        { HasVacated: true } => (ConditionStatus.False, ReadyCondition.Vacated, $"Nothing of it is left on XenHost {f.Leaving!.From}, which it leaves."),
        { Leaving: not null } => (ConditionStatus.False, ReadyCondition.ShuttingDown, "It leaves the host; something of it is still in use there."),
        { Domain: { Ownership: DomainOwnership.Ours } domain } => (ConditionStatus.True, powerState, $"On the host with domid {domain.Domid}."),
        _ => (ConditionStatus.True, powerState, "Not on the host, as asked."),
    };

    /// <summary>True while something ends it without a person: a step to come, a deadline, another try.</summary>
    private static Condition Progressing(DomainFindings f)
    {
        var (progressing, reason) = f switch
        {
            { Problem.Reason: ReadyCondition.InvalidSpec } => (false, ProgressingCondition.Blocked),
            { Problem: not null } => (true, ProgressingCondition.Retrying),
            { Plan.Steps.Count: > 0 } => (true, ProgressingCondition.Working),
            { Plan.Wait.Next: not null } => (true, ProgressingCondition.Waiting),
            { Plan.Wait: not null } => (false, ProgressingCondition.Blocked),
            _ => (false, ProgressingCondition.Converged),
        };
        return Make(f, ProgressingCondition.Type, ConditionStatus.Of(progressing), reason, "");
    }

    /// <summary>Each device's own status tells more: this one says how many need a look, and which.</summary>
    private static Condition DevicesAttached(DomainFindings f)
    {
        var devices = f.Devices.Where(d => !d.IsEmptyDrive).Select(d => (Device: d, Sight: DeviceSight.Of(d, f))).ToArray();
        var awaited = f.Desired?.Awaited ?? [];
        var (status, reason, message) = f switch
        {
            { Observed: null } => (ConditionStatus.Unknown, DevicesAttachedCondition.NotRunning, "The host can't be asked."),
            { Living: null } when awaited.Count > 0 => (ConditionStatus.False, DevicesAttachedCondition.WaitingForObjects, string.Join(" ", awaited)),
            _ when devices.Length == 0 => (ConditionStatus.True, DevicesAttachedCondition.NoDevices, ""),
            { Living: null } => (ConditionStatus.False, DevicesAttachedCondition.NotRunning, ""),
            _ when Names(d => d.State == DeviceState.Failed || d.Reason is DeviceReadyCondition.DetachBlocked or DeviceReadyCondition.FrontendNotConnected or DeviceReadyCondition.HotplugNotSupported) is { } failed => (ConditionStatus.False, DevicesAttachedCondition.DeviceFailed, failed),
            _ when Names(d => d.State is DeviceState.Detaching or DeviceState.Detached) is { } detaching => (ConditionStatus.False, DevicesAttachedCondition.Detaching, detaching),
            _ when Names(d => d.State != DeviceState.Attached) is { } attaching => (ConditionStatus.False, DevicesAttachedCondition.Attaching, attaching),
            _ => (ConditionStatus.True, DevicesAttachedCondition.AllAttached, ""),
        };
        return Make(f, DevicesAttachedCondition.Type, status, reason, message);

        string? Names(Predicate<DeviceSight> which) =>
            devices.Where(d => which(d.Sight)).Select(d => $"{d.Device}: {d.Sight.Reason}").ToArray() is { Length: > 0 } names ? string.Join(", ", names) : null;
    }

    /// <summary>Computed anew each time from what the domain was booted with, so it goes away when the spec goes back.</summary>
    private static Condition RestartRequired(DomainFindings f)
    {
        if (f.Domain is not { Mark.BootedWith: { } booted })
            return Make(f, RestartRequiredCondition.Type, ConditionStatus.False, RestartRequiredCondition.NotRunning, "");

        List<string> changed = f.Desired is { } desired
            ? [.. Differences(booted, desired), .. NotTaken(f), .. f.Devices.Where(d => DeviceSight.Of(d, f).Reason == DeviceReadyCondition.HotplugNotSupported).Select(d => $"{d} (the guest takes no devices while it runs)")]
            : [];
        return changed.Count == 0
            ? Make(f, RestartRequiredCondition.Type, ConditionStatus.False, RestartRequiredCondition.UpToDate, "")
            : Make(f, RestartRequiredCondition.Type, ConditionStatus.True, RestartRequiredCondition.SpecChanged,
                $"Takes effect at the next start: {string.Join(", ", changed)}.");
    }

    /// <summary>Devices that an adopted domain has got from who made it, and that the spec does not have, or has otherwise: they go with this life of it.</summary>
    private static IEnumerable<string> NotTaken(DomainFindings f) => f.Domain is { AdoptedUuid: not null } adopted
        ? adopted.Devices.Where(device => device.Mark is null).Select(device => $"{device.Ref} (attached before it was adopted, and not as the spec has it)")
        : [];

    private static List<string> Differences(DesiredDomain booted, DesiredDomain desired)
    {
        var changed = new List<string>();
        if (desired.Type != booted.Type) // only where an API server does not know the rule that forbids it
            changed.Add($"type ({Name(booted.Type)} -> {Name(desired.Type)})");
        if (desired.Vcpus != booted.Vcpus)
            changed.Add($"cpu.vcpus ({booted.Vcpus} -> {desired.Vcpus})");
        if (desired.MemoryKiB != booted.MemoryKiB)
            changed.Add($"memory.size ({Quantity.FromKiB(booted.MemoryKiB)} -> {Quantity.FromKiB(desired.MemoryKiB)})");
        if (desired.Boot.Kernel != booted.Boot.Kernel)
            changed.Add("boot.kernel");
        if (desired.Boot.Ramdisk != booted.Boot.Ramdisk)
            changed.Add("boot.ramdisk");
        if ((desired.Boot.Cmdline ?? "") != (booted.Boot.Cmdline ?? ""))
            changed.Add("boot.cmdline");
        return changed;
    }

    /// <summary>The planner's waits are reasons of Ready, but for two that a device's own Ready tells more exactly.</summary>
    private static string Waiting(WaitReason reason) => reason switch
    {
        WaitReason.DetachBlocked => ReadyCondition.DetachingDevices,
        WaitReason.DeviceConflict => ReadyCondition.AttachingDevices,
        _ => reason.ToString(),
    };

    private static string Name(DomainType type) => type.ToString().ToUpperInvariant();

    private static string Doing(Step step) => step switch
    {
        Step.Adopt => ReadyCondition.Adopting,
        Step.Pause => ReadyCondition.Pausing,
        Step.RequestShutdown => ReadyCondition.ShuttingDown,
        Step.Destroy => ReadyCondition.TearingDown,
        Step.AttachDisk or Step.AttachNic or Step.ConfigureNic => ReadyCondition.AttachingDevices,
        Step.RequestDetach or Step.Detach => ReadyCondition.DetachingDevices,
        _ => ReadyCondition.Starting,
    };

    private static Condition Make(DomainFindings f, string type, string status, string reason, string message) =>
        (f.Object.Status?.Conditions).Next(type, status, reason, message, f.Object.Metadata.Generation, f.Now);
}
