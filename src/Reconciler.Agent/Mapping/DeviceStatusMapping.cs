using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Devices;
using Reconciler.Api.Disks;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Agent.Mapping;

/// <summary>From what one pass found to the status of a VBD or VIF: exactly the fields that the agent owns. Pure.</summary>
internal static class DeviceStatusMapping
{
    /// <param name="device">What was found.</param>
    /// <param name="sight">What was seen.</param>
    /// <param name="before">The status so far: the beginnings of what lasts.</param>
    /// <param name="now">The time.</param>
    public static VbdStatus ToVbdStatus(DeviceFinding device, DeviceSight sight, VbdStatus? before, DateTimeOffset now)
    {
        // The host can't be asked: what was seen last stays, and Ready says that it is not known.
        if (sight.State is null)
        {
            return (before ?? new VbdStatus()) with
            {
                Host = null, DomainUid = null, Claims = null, Conditions = [Ready(device, sight, before?.Conditions, before?.ObservedGeneration, now)],
            };
        }

        var generation = Generation(device, before?.ObservedGeneration);
        return new VbdStatus
        {
            ObservedGeneration = generation,
            Conditions = [Ready(device, sight, before?.Conditions, generation, now)],
            Domid = sight.Domid,
            Device = sight.Device?.Mark?.Disk?.Device,
            State = sight.State,
            AttachedAt = AttachedAt(sight, before?.AttachedAt, before?.Domid, now),
            FrontendState = sight.Device?.Frontend?.ToString(),
            BackendState = sight.Device?.Backend?.ToString(),
            WaitingFor = sight.WaitingFor,
            Path = sight.Device?.Mark?.Disk?.Path,
            Size = device.Size is { } size ? new Quantity(size).ToString() : null,
            DetachRequestedAt = Clock.WholeSeconds(sight.Device?.Mark?.DetachRequestedAt),
        };
    }

    /// <inheritdoc cref="ToVbdStatus"/>
    public static VifStatus ToVifStatus(DeviceFinding device, DeviceSight sight, VifStatus? before, DateTimeOffset now)
    {
        if (sight.State is null)
        {
            return (before ?? new VifStatus()) with
            {
                Host = null, DomainUid = null, Claims = null, Conditions = [Ready(device, sight, before?.Conditions, before?.ObservedGeneration, now)],
            };
        }

        var generation = Generation(device, before?.ObservedGeneration);
        return new VifStatus
        {
            ObservedGeneration = generation,
            Conditions = [Ready(device, sight, before?.Conditions, generation, now)],
            Domid = sight.Domid,
            State = sight.State,
            AttachedAt = AttachedAt(sight, before?.AttachedAt, before?.Domid, now),
            FrontendState = sight.Device?.Frontend?.ToString(),
            BackendState = sight.Device?.Backend?.ToString(),
            WaitingFor = Lasting(sight.WaitingFor, before?.WaitingFor),
            MacAddress = sight.Device?.Mark?.Nic?.Mac ?? device.Nic?.Mac,
            IpAddresses = sight.Device?.Addresses is { Count: > 0 } addresses ? addresses : null,
            Interface = sight.Device?.Interface,
            Bridge = sight.Device?.Mark?.Nic?.Bridge,
            DetachRequestedAt = Clock.WholeSeconds(sight.Device?.Mark?.DetachRequestedAt),
        };
    }

    /// <summary>A wait whose beginning only the status knows.</summary>
    private static WaitingFor? Lasting(WaitingFor? now, WaitingFor? before) =>
        now is { Reason: DeviceSight.BridgeWait } && before?.Reason == now.Reason && before.Since < now.Since ? now with { Since = before.Since } : now;

    /// <summary>A generation that is not accepted is not what is attached: the one before it goes on being the one that was judged.</summary>
    private static long? Generation(DeviceFinding device, long? before) =>
        device.IsAccepted || device.IsBeingDeleted ? device.Metadata.Generation : before;

    private static Condition Ready(DeviceFinding device, DeviceSight sight, IReadOnlyList<Condition>? before, long? generation, DateTimeOffset now) =>
        before.Next(DeviceReadyCondition.Type, sight.Status, sight.Reason, sight.Message, sight.Status == ConditionStatus.True ? generation : device.Metadata.Generation, now);

    /// <summary>Of this attachment: a domain that was started anew has a new domid.</summary>
    private static DateTimeOffset? AttachedAt(DeviceSight sight, DateTimeOffset? before, int? domid, DateTimeOffset now)
    {
        if (sight.Device?.Mark is not { } mark) return null;
        var same = before is not null && domid == sight.Domid && before >= Clock.WholeSeconds(mark.AttachRequestedAt);
        return same ? before : sight.IsConnected ? Clock.WholeSeconds(now) : null;
    }
}
