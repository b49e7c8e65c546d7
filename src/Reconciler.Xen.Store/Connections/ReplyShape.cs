namespace Reconciler.Xen.Store.Connections;

/// <summary>What the read loop makes of a successful reply's payload, while it is still in the receive buffer.</summary>
internal enum ReplyShape
{
    /// <summary>Nothing: the payload is <c>OK</c>.</summary>
    Acknowledgement,

    /// <summary><see cref="string"/></summary>
    Text,

    /// <summary>Array of <see cref="byte"/>.</summary>
    Bytes,

    /// <summary>Array of <see cref="string"/>.</summary>
    Strings,
}
