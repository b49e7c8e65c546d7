namespace Reconciler.Xen.Store.Protocol;

/// <summary>
/// <c>struct xsd_sockmsg</c>: 16 bytes before every payload, four 32-bit words in the byte order of the host.
/// </summary>
/// <param name="Type">What is asked or answered.</param>
/// <param name="RequestId">Chosen by the client, echoed in the reply.</param>
/// <param name="TransactionId">0 outside of transactions.</param>
/// <param name="Length">Bytes of payload that follow.</param>
public readonly record struct XenstoreHeader(XenstoreMessageType Type, uint RequestId, uint TransactionId, uint Length)
{
    /// <summary>Bytes of a header on the wire.</summary>
    public const int Size = 16;
}
