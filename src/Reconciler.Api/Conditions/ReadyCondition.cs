using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Conditions;

/// <summary>
/// Whether the domain is what the spec asks for: a domain that is to be Halted and is halted is ready. Written by the operator until the
/// agent of the domain's host takes it over.
/// </summary>
/// <remarks>The rule for that is <see cref="ReadyOwnership"/>.</remarks>
[ConditionOf(typeof(Domain))]
public static class ReadyCondition
{
    public const string Type = "Ready";

    /// <summary>False: the spec is not accepted, see the condition Accepted. (Operator.)</summary>
    public const string NotAccepted = "NotAccepted";

    /// <summary>False: no XenHost can take the domain, see the condition Placed. (Operator.)</summary>
    public const string NoHost = "NoHost";

    /// <summary>False: placed; the agent of the host has not reported yet. (Operator.)</summary>
    public const string WaitingForAgent = "WaitingForAgent";

    /// <summary>False: placed; the agent has not reported yet, and its XenHost is not ready or does not exist. (Operator.)</summary>
    public const string WaitingForHost = "WaitingForHost";

    /// <summary>
    /// False: shut down because its host is to be emptied, and nothing of it is left there. With this the agent gives Ready back to the
    /// operator, which chooses another host.
    /// </summary>
    public const string Vacated = "Vacated";

    /// <summary>True: the guest runs.</summary>
    public const string Running = "Running";

    /// <summary>True: the guest is in memory and its virtual CPUs are stopped, as asked.</summary>
    public const string Paused = "Paused";

    /// <summary>True: the domain is shut down, as asked.</summary>
    public const string Halted = "Halted";

    /// <summary>False: the domain is being created, paused.</summary>
    public const string Creating = "Creating";

    /// <summary>False: the domain that spec.adopt names is being taken over.</summary>
    public const string Adopting = "Adopting";

    /// <summary>False: the domain that spec.adopt names is not on the host, or is not what it was said to be. Nothing is started in its place.</summary>
    public const string NothingToAdopt = "NothingToAdopt";

    /// <summary>False: that the domain was adopted is being written to status.adoption, before it starts anew.</summary>
    public const string RecordingAdoption = "RecordingAdoption";

    /// <summary>False: the administrator of the host does not allow it; the message says what and how to.</summary>
    public const string NotAllowed = "NotAllowed";

    /// <summary>False: a VBD or VIF that the domain does not start without does not exist yet; the message names it.</summary>
    public const string WaitingForDevices = "WaitingForDevices";

    /// <summary>False: devices are being attached; the message names them. A guest that is not running yet is let run after that.</summary>
    public const string AttachingDevices = "AttachingDevices";

    /// <summary>False: devices are being detached; the message names them.</summary>
    public const string DetachingDevices = "DetachingDevices";

    /// <summary>False: the guest is being let run.</summary>
    public const string Starting = "Starting";

    /// <summary>False: the guest's virtual CPUs are being stopped.</summary>
    public const string Pausing = "Pausing";

    /// <summary>False: the guest was asked to power off and has its grace period to do so.</summary>
    public const string ShuttingDown = "ShuttingDown";

    /// <summary>False: the grace period is over and shutdown.onTimeout is Wait: only the guest or a person ends it.</summary>
    public const string ShutdownOverdue = "ShutdownOverdue";

    /// <summary>False: the domain is being destroyed, or what is left of it is being cleared away.</summary>
    public const string Destroying = "Destroying";

    /// <summary>False: the object is being deleted, and nothing of the domain is left on the host.</summary>
    public const string Released = "Released";

    /// <summary>False: the hypervisor is tearing the domain down.</summary>
    public const string TearingDown = "TearingDown";

    /// <summary>False: another domain on the host has this domain's Xen name. It is not touched.</summary>
    public const string NameConflict = "NameConflict";

    /// <summary>False: a domain with this uid is on the host and was not made by Reconciler. It is not touched.</summary>
    public const string NotOurs = "NotOurs";

    /// <summary>False: more than one living domain has this uid: a person must look. Nothing is done to any of them.</summary>
    public const string DuplicateDomain = "DuplicateDomain";

    /// <summary>False: an operation on the domain, begun before, has not ended yet.</summary>
    public const string OperationInProgress = "OperationInProgress";

    /// <summary>False: the guest ended by itself too often or too soon, and is started again later.</summary>
    public const string RestartBackoff = "RestartBackoff";

    /// <summary>False: the guest ended by itself, and the restart policy leaves it so until powerState was Halted once.</summary>
    public const string Ended = "Ended";

    /// <summary>False: the guest suspended itself; it is neither resumed nor destroyed.</summary>
    public const string Suspended = "Suspended";

    /// <summary>False: the end of the guest is being written to status.lastExit.</summary>
    public const string RecordingExit = "RecordingExit";

    /// <summary>False: the spec was changed to one that is not valid. What runs goes on running; the message names field, value and remedy.</summary>
    public const string InvalidSpec = "InvalidSpec";

    /// <summary>False: the host is being powered off or rebooted: the domain is shut down with it, and is not started or changed before it is back.</summary>
    public const string HostStopping = "HostStopping";

    /// <summary>False: the host has started, and domains of a lower startOrder come first; the message names them.</summary>
    public const string WaitingForStartOrder = "WaitingForStartOrder";

    /// <summary>False: the host was started anew and onHostStart is Ignore: it stays halted until powerState was Halted once.</summary>
    public const string NotStartedWithHost = "NotStartedWithHost";

    /// <summary>False: a file of spec.boot is missing on the host, or lies outside the directories that the host's policy allows.</summary>
    public const string FileNotUsable = "FileNotUsable";

    /// <summary>False: Xen can't build the domain: a corrupt kernel, or one for another type of guest.</summary>
    public const string InvalidConfiguration = "InvalidConfiguration";

    /// <summary>False: the host has not enough free memory now.</summary>
    public const string NotEnoughMemory = "NotEnoughMemory";

    /// <summary>False: the host or the guest can't do what was asked.</summary>
    public const string NotSupported = "NotSupported";

    /// <summary>False: an operation on the host failed and is tried again; the message says what the toolstack said.</summary>
    public const string OperationFailed = "OperationFailed";

    /// <summary>False: an operation on the host took too long, was given up, and is tried again.</summary>
    public const string OperationTimedOut = "OperationTimedOut";

    /// <summary>False: the process that worked on the domain died; the host is observed again and the work goes on.</summary>
    public const string WorkerLost = "WorkerLost";

    /// <summary>Unknown: the agent can't reach the hypervisor, xenstored or the toolstack.</summary>
    public const string HostUnavailable = "HostUnavailable";

    /// <summary>Unknown: the agent of the host gives no sign of life, and has not reported on the domain since. It may be running. (Operator.)</summary>
    public const string AgentSilent = "AgentSilent";
}
