using Reconciler.Api.Disks;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Conditions;

/// <summary>
/// Whether the device is what the spec asks for: attached, frontend and backend connected. Written by the operator until the agent of its
/// host takes it over.
/// </summary>
/// <remarks>The rule for that is <see cref="DeviceReadyOwnership"/>.</remarks>
[ConditionOf(typeof(Vbd), typeof(Vif))]
public static class DeviceReadyCondition
{
    public const string Type = "Ready";

    /// <summary>False: the device is not accepted, see the condition Accepted. (Operator.)</summary>
    public const string NotAccepted = "NotAccepted";

    /// <summary>False: there is no Domain of that name in the namespace. (Operator.)</summary>
    public const string DomainNotFound = "DomainNotFound";

    /// <summary>False: the Domain has no host yet, see its condition Placed; or it is being deleted. (Operator.)</summary>
    public const string DomainNotPlaced = "DomainNotPlaced";

    /// <summary>False: given to the host of its Domain; the agent has not reported on the device yet. (Operator.)</summary>
    public const string WaitingForAgent = "WaitingForAgent";

    /// <summary>True: frontend and backend are connected.</summary>
    public const string Attached = "Attached";

    /// <summary>False: the Domain is not running; the device is attached when it is started.</summary>
    public const string DomainHalted = "DomainHalted";

    /// <summary>False: the volume is being made, or filled; status.waitingFor says how far it is.</summary>
    public const string PreparingVolume = "PreparingVolume";

    /// <summary>False: the backend is being made, or the guest has not connected to it yet.</summary>
    public const string Attaching = "Attaching";

    /// <summary>False: the guest has not connected within the time that it has, and is still waited for.</summary>
    public const string FrontendNotConnected = "FrontendNotConnected";

    /// <summary>False: the guest was asked to let go of the device and has its time to do so.</summary>
    public const string Detaching = "Detaching";

    /// <summary>False: the guest has not let go of the device in time, and detach.onTimeout is Wait: only the guest or a person ends it.</summary>
    public const string DetachBlocked = "DetachBlocked";

    /// <summary>False: the object is being deleted, and nothing of the device is left on the host.</summary>
    public const string Released = "Released";

    /// <summary>False: a change takes effect only when the device is plugged anew: delete it and create it, or restart the Domain.</summary>
    public const string ReplugRequired = "ReplugRequired";

    /// <summary>False: the running guest can't take or give devices. It gets the device when the Domain is next started.</summary>
    public const string HotplugNotSupported = "HotplugNotSupported";

    /// <summary>False: the host's policy does not allow what the device asks for; the message names it.</summary>
    public const string NotAllowed = "NotAllowed";

    /// <summary>False: the host can't reach the XenStoragePool, see status.storagePools of the XenHost. (VBD.)</summary>
    public const string PoolNotReady = "PoolNotReady";

    /// <summary>False: the host can't reach the XenNetwork, see status.networks of the XenHost. (VIF.)</summary>
    public const string NetworkNotReady = "NetworkNotReady";

    /// <summary>False: another domain on the host, anybody's, has the MAC address. (VIF.)</summary>
    public const string MacAddressInUse = "MacAddressInUse";

    /// <summary>False: the volume, file or block device is not on the host. (VBD.)</summary>
    public const string SourceNotFound = "SourceNotFound";

    /// <summary>False: what is on the host can't be attached: it is corrupt, of another format than said, or no file or block device. (VBD.)</summary>
    public const string SourceNotUsable = "SourceNotUsable";

    /// <summary>False: something else on the host uses the volume, file or block device. (VBD.)</summary>
    public const string SourceBusy = "SourceBusy";

    /// <summary>False: there is not enough room for the volume. (VBD.)</summary>
    public const string NotEnoughSpace = "NotEnoughSpace";

    /// <summary>False: what the volume is made from could not be fetched or copied, and is tried again. (VBD.)</summary>
    public const string ImportFailed = "ImportFailed";

    /// <summary>False: what was fetched does not have the checksum that the spec names. It was thrown away. (VBD.)</summary>
    public const string ChecksumMismatch = "ChecksumMismatch";

    /// <summary>False: the backend has failed, or its process has died; the message says what is known.</summary>
    public const string BackendFailed = "BackendFailed";

    /// <summary>False: a device of this name is in the domain and was not made by Reconciler. It is not touched.</summary>
    public const string NotOurs = "NotOurs";

    /// <summary>False: the host or the guest can't do what was asked.</summary>
    public const string NotSupported = "NotSupported";

    /// <summary>False: an operation on the host failed and is tried again; the message says what the toolstack said.</summary>
    public const string OperationFailed = "OperationFailed";

    /// <summary>False: an operation on the host took too long, was given up, and is tried again.</summary>
    public const string OperationTimedOut = "OperationTimedOut";

    /// <summary>False: the process that worked on the device died; the host is observed again and the work goes on.</summary>
    public const string WorkerLost = "WorkerLost";

    /// <summary>Unknown: the agent can't reach the hypervisor, xenstored or the toolstack.</summary>
    public const string HostUnavailable = "HostUnavailable";

    /// <summary>Unknown: the agent of the host gives no sign of life, and has not reported on the device since. (Operator.)</summary>
    public const string AgentSilent = "AgentSilent";
}
