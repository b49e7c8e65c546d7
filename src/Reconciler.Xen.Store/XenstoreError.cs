namespace Reconciler.Xen.Store;

/// <summary>
/// Why an operation failed. The names of errno values are xenstored's own (<c>xsd_errors</c> of xs_wire.h, and <c>EQUOTA</c> of oxenstored);
/// those before <see cref="Unknown"/> come from this client.
/// </summary>
public enum XenstoreError
{
    /// <summary>It did not fail.</summary>
    None,

    /// <summary>There is no connection, or it ended before the reply came. Whether the operation took effect is not known.</summary>
    Disconnected,

    /// <summary>xenstored sent something that the protocol does not allow; the connection is dropped and made anew.</summary>
    Protocol,

    /// <summary>An error name that this client does not know; the message quotes it.</summary>
    Unknown,

    /// <summary>Malformed path or argument.</summary>
    EINVAL,

    /// <summary>Not permitted by the node's permissions.</summary>
    EACCES,
    EEXIST,
    EISDIR,

    /// <summary>No such node, watch, transaction or domain.</summary>
    ENOENT,
    ENOMEM,

    /// <summary>A quota of xenstored is exhausted (nodes, size of a node, watches, transactions).</summary>
    ENOSPC,
    EIO,
    ENOTEMPTY,

    /// <summary>This xenstored does not know the operation.</summary>
    ENOSYS,
    EROFS,
    EBUSY,

    /// <summary>A transaction collided with another writer.</summary>
    EAGAIN,
    EISCONN,

    /// <summary>The request or its reply exceeds one payload (<see cref="Protocol.XenstoreLimits.Payload"/>).</summary>
    E2BIG,
    EPERM,

    /// <summary>As <see cref="ENOSPC"/>, from oxenstored.</summary>
    EQUOTA,
}
