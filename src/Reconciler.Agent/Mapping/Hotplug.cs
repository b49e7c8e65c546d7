using Reconciler.Xen.Host;

namespace Reconciler.Agent.Mapping;

/// <summary>Tells guests that can't take devices while they run from those that have no driver, by what they have done with others.</summary>
internal static class Hotplug
{
    /// <param name="domain">It runs.</param>
    /// <param name="device">One of its devices, that is ready on the host's side and not connected.</param>
    /// <param name="isOverdue">Whether its time is over.</param>
    public static HotplugVerdict Judge(ObservedDomain domain, ObservedDevice device, bool isOverdue)
    {
        var startedAt = domain.Mark?.StartedAt;
        var cameLater = startedAt is not null && device.Mark?.AttachRequestedAt > startedAt;
        var untouched = device.Frontend is XenbusState.Initialising or XenbusState.Unknown;
        var hint = domain.Hotplug.Of(device.Ref.Kind);
        if (cameLater && untouched && hint is false) return HotplugVerdict.NotSupported;
        if (!isOverdue) return HotplugVerdict.None;
        if (!untouched) return HotplugVerdict.Unfinished;
        var hasDriver = domain.Devices.Any(other => other.Ref.Kind == device.Ref.Kind && other.Frontend is XenbusState.Connected && other.Mark?.AttachRequestedAt <= startedAt);
        return cameLater && hasDriver && hint is not true ? HotplugVerdict.NotSupported : HotplugVerdict.NoDriver;
    }
}
