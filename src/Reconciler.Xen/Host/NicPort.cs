namespace Reconciler.Xen.Host;

/// <summary>Where the interface in dom0 of a NIC of ours is, compared with where its mark says that it was put.</summary>
public enum NicPort
{
    /// <summary>In its bridge, with its rules.</summary>
    InPlace,

    /// <summary>Not in its bridge, or without its rules, though it could be: <see cref="IXenHost.ConfigureNicAsync"/> puts it there.</summary>
    Astray,

    /// <summary>Its bridge is not on the host.</summary>
    BridgeGone,
}
