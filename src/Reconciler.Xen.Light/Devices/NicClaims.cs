using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Networking;

namespace Reconciler.Xen.Light.Devices;

/// <summary>Sees to it that a NIC can be what it is to be on this host, and that no other one has its MAC address: two stations with one take each other's frames.</summary>
internal sealed class NicClaims(IDeviceStore store, NicPorts ports)
{
    /// <param name="nic">The NIC.</param>
    /// <param name="domid">Whose it is; null: a domain's that is not there yet.</param>
    /// <param name="operation">What for.</param>
    /// <exception cref="XenException"><see cref="XenErrorCode.DeviceInUse"/>, naming the other one's domain; and those of <see cref="NicPorts.Require"/>.</exception>
    public void Require(DesiredNic nic, int? domid, string operation)
    {
        ports.Require(nic, operation);
        foreach (var other in store.ServedNics())
        {
            if (string.Equals(other.Mac, nic.Mac, StringComparison.OrdinalIgnoreCase) && (other.Domid, other.Index) != (domid, nic.Index))
                throw new XenException(XenErrorCode.DeviceInUse, operation, $"vif {nic.ObjectName}: NIC {other.Index} of domain {other.Domid} on this host has the MAC address {nic.Mac}. Give this one another address, or that one.");
        }
    }
}
