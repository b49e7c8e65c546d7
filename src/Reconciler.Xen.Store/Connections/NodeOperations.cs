using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text;
using Reconciler.Xen.Store.Protocol;

namespace Reconciler.Xen.Store.Connections;

/// <summary>
/// The operations of <see cref="IXenstore"/> on one connection, in one transaction or in none (0). Without a connection they all fail with
/// <see cref="XenstoreError.Disconnected"/>.
/// </summary>
internal readonly struct NodeOperations(XenstoreConnection? connection, uint transaction, Exception? disconnectReason = null)
{
    public ValueTask<string> ReadAsync(string path, CancellationToken cancellationToken) =>
        Value<string>(Send(XenstoreMessageType.Read, path, default, ReplyShape.Text, cancellationToken), "read", path);

    public ValueTask<string?> TryReadAsync(string path, CancellationToken cancellationToken) =>
        ValueOrNull<string>(Send(XenstoreMessageType.Read, path, default, ReplyShape.Text, cancellationToken), "read", path);

    public ValueTask<byte[]> ReadBytesAsync(string path, CancellationToken cancellationToken) =>
        Value<byte[]>(Send(XenstoreMessageType.Read, path, default, ReplyShape.Bytes, cancellationToken), "read", path);

    public async ValueTask<string?[]> ReadManyAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        // Each is awaited once, below, whatever becomes of the others: CA2012 does not see that.
#pragma warning disable CA2012
        var pending = new ValueTask<string?>[paths.Count];
        for (var i = 0; i < pending.Length; i++) pending[i] = TryReadAsync(paths[i], cancellationToken);
#pragma warning restore CA2012

        var values = new string?[pending.Length];
        ExceptionDispatchInfo? failure = null;
        for (var i = 0; i < pending.Length; i++)
        {
            try
            {
                values[i] = await pending[i];
            }
            catch (Exception error) when (error is XenstoreException or OperationCanceledException)
            {
                failure ??= ExceptionDispatchInfo.Capture(error);
            }
        }

        failure?.Throw();
        return values;
    }

    [SkipLocalsInit]
    public ValueTask WriteAsync(string path, string value, CancellationToken cancellationToken)
    {
        if (Encoding.UTF8.GetByteCount(value) > XenstoreLimits.Payload) return Done(new(new Reply(XenstoreError.E2BIG)), "write", path);
        Span<byte> bytes = stackalloc byte[XenstoreLimits.Payload];
        return WriteAsync(path, bytes[..Encoding.UTF8.GetBytes(value, bytes)], cancellationToken);
    }

    public ValueTask WriteAsync(string path, ReadOnlySpan<byte> value, CancellationToken cancellationToken) =>
        Done(Send(XenstoreMessageType.Write, path, value, ReplyShape.Acknowledgement, cancellationToken), "write", path);

    public ValueTask MakeDirectoryAsync(string path, CancellationToken cancellationToken) =>
        Done(Send(XenstoreMessageType.MakeDirectory, path, default, ReplyShape.Acknowledgement, cancellationToken), "mkdir", path);

    public ValueTask RemoveAsync(string path, CancellationToken cancellationToken) =>
        Done(Send(XenstoreMessageType.Remove, path, default, ReplyShape.Acknowledgement, cancellationToken), "rm", path);

    public async ValueTask<string[]> ListAsync(string path, CancellationToken cancellationToken) =>
        await TryListAsync(path, cancellationToken) ?? throw new XenstoreException(XenstoreError.ENOENT, "directory", path);

    public async ValueTask<string[]?> TryListAsync(string path, CancellationToken cancellationToken)
    {
        var reply = await Send(XenstoreMessageType.Directory, path, default, ReplyShape.Strings, cancellationToken);
        if (reply.Error == XenstoreError.ENOENT) return null;
        if (reply.Error == XenstoreError.E2BIG) return await ListPartsAsync(path, cancellationToken);
        reply.ThrowIfFailed("directory", path);
        return (string[])reply.Value!;
    }

    public async ValueTask<XenstorePermission[]> GetPermissionsAsync(string path, CancellationToken cancellationToken)
    {
        var reply = await Send(XenstoreMessageType.GetPermissions, path, default, ReplyShape.Bytes, cancellationToken);
        reply.ThrowIfFailed("get-perms", path);
        return XenstoreCodec.TryReadPermissions((byte[])reply.Value!, out var permissions)
            ? permissions
            : throw new XenstoreException(XenstoreError.Protocol, "get-perms", path, "not a list of permissions");
    }

    public ValueTask SetPermissionsAsync(string path, IReadOnlyList<XenstorePermission> permissions, CancellationToken cancellationToken)
    {
        var list = XenstoreCodec.WritePermissions(permissions);
        return Done(Send(XenstoreMessageType.SetPermissions, path, list, ReplyShape.Acknowledgement, cancellationToken), "set-perms", path);
    }

    /// <summary>
    /// A children list above one payload, slice by slice. All slices must be of one generation of the node, or names would be missing or
    /// doubled: when it changes in between, the list is begun again (as libxenstore's xs_directory_part does).
    /// </summary>
    private async ValueTask<string[]?> ListPartsAsync(string path, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        ulong generation = 0;
        var offset = 0;
        while (true)
        {
            var reply = await Send(
                XenstoreMessageType.DirectoryPart, path, OffsetArgument(offset), ReplyShape.Bytes, cancellationToken);
            if (reply.Error == XenstoreError.ENOENT) return null;
            reply.ThrowIfFailed("directory-part", path);

            if (!XenstoreCodec.TryReadDirectoryPart((byte[])reply.Value!, out var current, out var slice, out var isLast)
                || (slice.IsEmpty && !isLast))
            {
                throw new XenstoreException(XenstoreError.Protocol, "directory-part", path, "not a slice of a children list");
            }

            if (offset > 0 && current != generation)
            {
                names.Clear();
                offset = 0;
                continue;
            }

            generation = current;
            names.AddRange(XenstoreCodec.ReadStrings(slice));
            offset += slice.Length;
            if (isLast) return [.. names];
        }
    }

    private static byte[] OffsetArgument(int offset) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{offset}\0"));

    private ValueTask<Reply> Send(
        XenstoreMessageType type, string path, ReadOnlySpan<byte> tail, ReplyShape shape, CancellationToken cancellationToken) =>
        connection is null
            ? ValueTask.FromResult(Reply.Disconnected(disconnectReason))
            : connection.SendAsync(type, transaction, path, tail, shape, cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<T> Value<T>(ValueTask<Reply> pending, string operation, string path)
    {
        var reply = await pending;
        reply.ThrowIfFailed(operation, path);
        return (T)reply.Value!;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<T?> ValueOrNull<T>(ValueTask<Reply> pending, string operation, string path)
        where T : class
    {
        var reply = await pending;
        if (reply.Error == XenstoreError.ENOENT) return null;
        reply.ThrowIfFailed(operation, path);
        return (T)reply.Value!;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask Done(ValueTask<Reply> pending, string operation, string path)
    {
        var reply = await pending;
        reply.ThrowIfFailed(operation, path);
    }
}
