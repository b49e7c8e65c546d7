using Reconciler.Xen.Store.Connections;

namespace Reconciler.Xen.Store;

public sealed partial class XenstoreClient
{
    private NodeOperations Nodes => new(Volatile.Read(ref _connection), 0, DisconnectReason);

    public ValueTask<string> ReadAsync(string path, CancellationToken cancellationToken = default) =>
        Nodes.ReadAsync(path, cancellationToken);

    public ValueTask<string?> TryReadAsync(string path, CancellationToken cancellationToken = default) =>
        Nodes.TryReadAsync(path, cancellationToken);

    public ValueTask<byte[]> ReadBytesAsync(string path, CancellationToken cancellationToken = default) =>
        Nodes.ReadBytesAsync(path, cancellationToken);

    public ValueTask<string?[]> ReadManyAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken = default) =>
        Nodes.ReadManyAsync(paths, cancellationToken);

    public ValueTask WriteAsync(string path, string value, CancellationToken cancellationToken = default) =>
        Nodes.WriteAsync(path, value, cancellationToken);

    public ValueTask WriteAsync(string path, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default) =>
        Nodes.WriteAsync(path, value.Span, cancellationToken);

    public ValueTask MakeDirectoryAsync(string path, CancellationToken cancellationToken = default) =>
        Nodes.MakeDirectoryAsync(path, cancellationToken);

    public ValueTask RemoveAsync(string path, CancellationToken cancellationToken = default) =>
        Nodes.RemoveAsync(path, cancellationToken);

    public ValueTask<string[]> ListAsync(string path, CancellationToken cancellationToken = default) =>
        Nodes.ListAsync(path, cancellationToken);

    public ValueTask<string[]?> TryListAsync(string path, CancellationToken cancellationToken = default) =>
        Nodes.TryListAsync(path, cancellationToken);

    public ValueTask<XenstorePermission[]> GetPermissionsAsync(string path, CancellationToken cancellationToken = default) =>
        Nodes.GetPermissionsAsync(path, cancellationToken);

    public ValueTask SetPermissionsAsync(
        string path, IReadOnlyList<XenstorePermission> permissions, CancellationToken cancellationToken = default) =>
        Nodes.SetPermissionsAsync(path, permissions, cancellationToken);
}
