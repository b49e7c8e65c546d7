namespace Reconciler.Xen.Light.Devices;

/// <summary>A NIC that dom0 serves to a domain.</summary>
internal sealed record ServedNic(int Domid, int Index, string Mac);
