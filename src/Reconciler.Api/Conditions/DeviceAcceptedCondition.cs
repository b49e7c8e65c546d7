using Reconciler.Api.Disks;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Conditions;

/// <summary>
/// Whether the device is one that can be attached beside all others in the cluster. Written by the operator (by the agent, where it runs
/// without Kubernetes). Of two devices that exclude each other the younger is not accepted. An agent attaches only what is accepted, and
/// leaves what is attached as it is.
/// </summary>
[ConditionOf(typeof(Vbd), typeof(Vif))]
public static class DeviceAcceptedCondition
{
    public const string Type = "Accepted";

    /// <summary>True: the spec is valid, and nothing else stands against it.</summary>
    public const string Valid = "Valid";

    /// <summary>False: a field is wrong. The message names each wrong field, its value and the remedy.</summary>
    public const string InvalidSpec = "InvalidSpec";

    /// <summary>False: another VBD of the Domain has this device name. (VBD.)</summary>
    public const string DeviceTaken = "DeviceTaken";

    /// <summary>False: another VIF of the Domain has this index. (VIF.)</summary>
    public const string IndexTaken = "IndexTaken";

    /// <summary>False: another VBD has the same source, one of the two may write, and they are not both shareable. (VBD.)</summary>
    public const string SourceInUse = "SourceInUse";

    /// <summary>False: another VIF of the cluster has this MAC address. (VIF.)</summary>
    public const string MacAddressInUse = "MacAddressInUse";

    /// <summary>False: there is no XenStoragePool of that name, or it is being deleted. (VBD.)</summary>
    public const string PoolNotFound = "PoolNotFound";

    /// <summary>False: the XenStoragePool is itself not accepted, or is of a type that can't hold what is asked for. (VBD.)</summary>
    public const string PoolNotUsable = "PoolNotUsable";

    /// <summary>False: there is no XenNetwork of that name, or it is being deleted. (VIF.)</summary>
    public const string NetworkNotFound = "NetworkNotFound";

    /// <summary>False: the XenNetwork is itself not accepted. (VIF.)</summary>
    public const string NetworkNotUsable = "NetworkNotUsable";
}
