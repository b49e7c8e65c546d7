namespace Reconciler.Xen.Planning;

/// <summary>The named waiting states. Each becomes the reason of a condition.</summary>
public enum WaitReason
{
    /// <summary>The guest was asked to power off and has until the deadline.</summary>
    ShuttingDown,

    /// <summary>The grace period is over and the spec says Wait: only the guest or a person ends it.</summary>
    ShutdownOverdue,

    /// <summary>The hypervisor is tearing the domain down.</summary>
    TearingDown,

    /// <summary>Another domain on the host has this Xen name.</summary>
    NameConflict,

    /// <summary>A domain with this uuid is there and carries no mark of ours.</summary>
    NotOurs,

    /// <summary>More than one living domain has this uuid: a person must look.</summary>
    DuplicateDomain,

    /// <summary>It is to take over a domain that is not there, or is not what it was said to be. None is created instead.</summary>
    NothingToAdopt,

    /// <summary>That it has taken over a domain has to be written to status before that one is followed by another.</summary>
    RecordingAdoption,

    /// <summary>A process of ours is at work on the domain.</summary>
    OperationInProgress,

    /// <summary>It ended by itself too often or too soon, and starts again at the deadline.</summary>
    RestartBackoff,

    /// <summary>It ended by itself, and the restart policy says that this is the end until it is asked for again.</summary>
    Ended,

    /// <summary>
    /// It is suspended, and we did not ask for that: somebody saves it, or will resume it. It holds the guest's memory, so it is left alone.
    /// </summary>
    Suspended,

    /// <summary>It is not started before its devices can be attached: <see cref="Host.DesiredDomain.Awaited"/>.</summary>
    WaitingForDevices,

    /// <summary>A device is not attached yet: its backend is not ready or has failed, or what has its place, or backs it, has to go first.</summary>
    AttachingDevices,

    /// <summary>The guest was asked to let go of a device and has until the deadline.</summary>
    DetachingDevices,

    /// <summary>The guest has not let go of a device in time and the spec says to wait: only the guest or a person ends it.</summary>
    DetachBlocked,

    /// <summary>A device of that name or index was attached by somebody else.</summary>
    DeviceConflict,

    /// <summary>The end of the guest has to be written to status before its remains are cleared away.</summary>
    RecordingExit,
}
