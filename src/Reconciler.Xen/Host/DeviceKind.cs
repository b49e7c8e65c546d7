namespace Reconciler.Xen.Host;

/// <summary>Kinds of paravirtual devices, named as their folder in xenstore is.</summary>
public enum DeviceKind
{
    /// <summary>A virtual block device.</summary>
    Vbd,

    /// <summary>A virtual network interface.</summary>
    Vif,
}
