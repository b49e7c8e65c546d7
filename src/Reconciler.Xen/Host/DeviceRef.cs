namespace Reconciler.Xen.Host;

/// <summary>One device of one domain, as Xen knows it.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="DevId">
/// Its number within the kind: for a disk the number that its name stands for (xen-vbd-interface(7): xvda is 51712), for a NIC its index.
/// </param>
public readonly record struct DeviceRef(DeviceKind Kind, int DevId)
{
    /// <summary><c>vbd-51712</c>, <c>vif-0</c>: as Linux names it on its xenbus.</summary>
    public override string ToString() => $"{(Kind is DeviceKind.Vbd ? "vbd" : "vif")}-{DevId}";
}
