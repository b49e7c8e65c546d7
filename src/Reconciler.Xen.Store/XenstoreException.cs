namespace Reconciler.Xen.Store;

/// <summary>An operation on xenstore failed.</summary>
public sealed class XenstoreException : Exception
{
    public XenstoreException(XenstoreError error, string operation, string? path = null, string? detail = null, Exception? innerException = null)
        : base(Describe(error, operation, path, detail), innerException)
    {
        Error = error;
        Operation = operation;
        Path = path;
    }

    public XenstoreError Error { get; }

    /// <summary>What was asked, such as <c>read</c> or <c>transaction-end</c>.</summary>
    public string Operation { get; }

    /// <summary>The path or domid that was asked for, or the socket when connecting.</summary>
    public string? Path { get; }

    /// <summary>There is no such node, watch, transaction or domain.</summary>
    public bool IsNotFound => Error == XenstoreError.ENOENT;

    /// <summary>The connection is down: try again once <see cref="XenstoreClient.State"/> says so.</summary>
    public bool IsDisconnected => Error == XenstoreError.Disconnected;

    private static string Describe(XenstoreError error, string operation, string? path, string? detail)
    {
        var what = path is null ? $"xenstore {operation}" : $"xenstore {operation} {path}";
        return detail is null ? $"{what}: {error}" : $"{what}: {error} ({detail})";
    }
}
