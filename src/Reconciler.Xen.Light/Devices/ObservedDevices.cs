using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Devices;

/// <summary>Puts together what xenstore has of a domain's devices and what our mark keeps of them.</summary>
internal static class ObservedDevices
{
    public static ValueList<ObservedDevice> Join(int domid, IReadOnlyList<DeviceNodes> seen, DomainMark? mark)
    {
        var marked = mark?.Devices ?? [];
        return
        [
            .. seen.Select(nodes => nodes.ToObserved(domid, marked.FirstOrDefault(nodes.AreOf))),
            .. marked.Where(entry => seen.All(nodes => nodes.Ref != entry.Device)).Select(entry => new ObservedDevice { Ref = entry.Device, Mark = entry }),
        ];
    }
}
