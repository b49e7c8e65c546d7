namespace Reconciler.Xen.Host;

/// <summary>A call to the host failed.</summary>
public sealed class XenException : Exception
{
    public XenException(XenErrorCode code, string operation, string message, Exception? innerException = null)
        : base($"{operation}: {message}", innerException)
    {
        Code = code;
        Operation = operation;
        Detail = message;
    }

    public XenErrorCode Code { get; }

    /// <summary>What was tried: "create-paused", "xenstore read".</summary>
    public string Operation { get; }

    /// <summary>The message without the operation.</summary>
    public string Detail { get; }
}
