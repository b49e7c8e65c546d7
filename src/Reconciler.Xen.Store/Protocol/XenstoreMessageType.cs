namespace Reconciler.Xen.Store.Protocol;

/// <summary>The type field of a message: <c>enum xsd_sockmsg_type</c> of xen/include/public/io/xs_wire.h.</summary>
public enum XenstoreMessageType : uint
{
    /// <summary>XS_CONTROL, called XS_DEBUG before Xen 4.9.</summary>
    Control = 0,
    Directory = 1,
    Read = 2,
    GetPermissions = 3,
    Watch = 4,
    Unwatch = 5,
    TransactionStart = 6,
    TransactionEnd = 7,
    Introduce = 8,
    Release = 9,
    GetDomainPath = 10,
    Write = 11,
    MakeDirectory = 12,
    Remove = 13,
    SetPermissions = 14,

    /// <summary>Unsolicited, from xenstored only: a watched path changed.</summary>
    WatchEvent = 15,

    /// <summary>From xenstored only: the request failed; the payload is the name of an errno.</summary>
    Error = 16,
    IsDomainIntroduced = 17,
    Resume = 18,
    SetTarget = 19,

    // 20 was XS_RESTRICT, removed in Xen 4.9.
    ResetWatches = 21,

    /// <summary>Since Xen 4.9: a slice of a children list that exceeds one payload.</summary>
    DirectoryPart = 22,
}
