namespace Reconciler.Xen.Host;

/// <summary>Kinds of failure that callers tell apart.</summary>
public enum XenErrorCode
{
    /// <summary>Failed for a reason without a kind of its own; the message and cause tell.</summary>
    Failed,

    /// <summary>The host can't be reached at all: no /dev/xen, no xenstored, no libxenlight.</summary>
    Unavailable,

    /// <summary>The (uuid, domid) named is no longer that domain, or its state changed since it was observed: observe and plan again.</summary>
    Stale,

    /// <summary>A domain with this uuid or name is there already.</summary>
    AlreadyExists,

    /// <summary>The domain carries no mark of ours.</summary>
    NotOurs,

    /// <summary>The configuration is not one that Xen can build: a corrupt kernel, a wrong type.</summary>
    InvalidConfiguration,

    /// <summary>A file is missing or may not be used on this host.</summary>
    FileNotUsable,

    /// <summary>The device is there already, attached by somebody else, or by us for another object.</summary>
    DeviceInUse,

    /// <summary>The guest has not let go of the device.</summary>
    DeviceBusy,

    /// <summary>The host has not enough free memory now.</summary>
    NotEnoughMemory,

    /// <summary>The administrator of the host does not allow it.</summary>
    NotAllowed,

    /// <summary>The guest or the host can't do this.</summary>
    NotSupported,

    /// <summary>The operation exceeded its limit and its worker, or a script that it ran, was killed; the outcome is unknown until observed.</summary>
    Timeout,

    /// <summary>The worker died under the operation; the outcome is unknown until observed.</summary>
    WorkerLost,
}
