using System.Diagnostics.CodeAnalysis;

namespace Reconciler.Xen.Store.Connections;

/// <summary>How a request ended. Failure is a value here: a missing node is no exception until someone asks for one.</summary>
/// <param name="Error"><see cref="XenstoreError.None"/> for success.</param>
/// <param name="Value">What the <see cref="ReplyShape"/> says.</param>
/// <param name="Detail">More about the failure, for its message.</param>
/// <param name="Cause">What broke the connection.</param>
internal readonly record struct Reply(XenstoreError Error, object? Value = null, string? Detail = null, Exception? Cause = null)
{
    public static Reply Disconnected(Exception? cause) => new(XenstoreError.Disconnected, null, cause?.Message, cause);

    public bool IsSuccess => Error == XenstoreError.None;

    public void ThrowIfFailed(string operation, string? path)
    {
        if (!IsSuccess) Throw(operation, path);
    }

    [DoesNotReturn]
    public void Throw(string operation, string? path) => throw new XenstoreException(Error, operation, path, Detail, Cause);
}
