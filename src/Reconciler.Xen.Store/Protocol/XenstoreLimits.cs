namespace Reconciler.Xen.Store.Protocol;

/// <summary>Limits of xs_wire.h, in bytes.</summary>
public static class XenstoreLimits
{
    /// <summary>
    /// XENSTORE_PAYLOAD_MAX, both directions. xenstored cuts the connection of a client that exceeds it, so it is never sent.
    /// </summary>
    public const int Payload = 4096;

    /// <summary>XENSTORE_ABS_PATH_MAX, without the terminating NUL.</summary>
    public const int AbsolutePath = 3072;

    /// <summary>XENSTORE_REL_PATH_MAX, without the terminating NUL.</summary>
    public const int RelativePath = 2048;

    /// <summary>A header and the largest payload.</summary>
    public const int Frame = XenstoreHeader.Size + Payload;
}
