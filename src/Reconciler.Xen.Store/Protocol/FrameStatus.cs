namespace Reconciler.Xen.Store.Protocol;

/// <summary>What <see cref="XenstoreCodec.TryReadFrame"/> found at the start of the bytes received so far.</summary>
public enum FrameStatus
{
    /// <summary>More bytes are needed to tell.</summary>
    Incomplete,

    /// <summary>One whole message.</summary>
    Complete,

    /// <summary>The header announces a payload above the limit: the stream cannot be followed any further.</summary>
    Invalid,
}
