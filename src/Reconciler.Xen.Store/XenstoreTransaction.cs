using Reconciler.Xen.Store.Connections;

namespace Reconciler.Xen.Store;

/// <summary>
/// The tree within one transaction: it sees the store as of its start and its own writes; others see those when it is committed, all or none.
/// Valid only inside the function given to <see cref="XenstoreClient.TransactAsync{T}"/>, which begins, commits and repeats it.
/// It belongs to one connection: if that ends, the transaction fails with <see cref="XenstoreError.Disconnected"/>.
/// </summary>
public sealed class XenstoreTransaction : IXenstore
{
    private readonly NodeOperations _nodes;

    internal XenstoreTransaction(XenstoreConnection connection, uint id)
    {
        Id = id;
        _nodes = new NodeOperations(connection, id);
    }

    /// <summary>xenstored's number for it.</summary>
    public uint Id { get; }

    public ValueTask<string> ReadAsync(string path, CancellationToken cancellationToken = default) =>
        _nodes.ReadAsync(path, cancellationToken);

    public ValueTask<string?> TryReadAsync(string path, CancellationToken cancellationToken = default) =>
        _nodes.TryReadAsync(path, cancellationToken);

    public ValueTask<byte[]> ReadBytesAsync(string path, CancellationToken cancellationToken = default) =>
        _nodes.ReadBytesAsync(path, cancellationToken);

    public ValueTask<string?[]> ReadManyAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken = default) =>
        _nodes.ReadManyAsync(paths, cancellationToken);

    public ValueTask WriteAsync(string path, string value, CancellationToken cancellationToken = default) =>
        _nodes.WriteAsync(path, value, cancellationToken);

    public ValueTask WriteAsync(string path, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default) =>
        _nodes.WriteAsync(path, value.Span, cancellationToken);

    public ValueTask MakeDirectoryAsync(string path, CancellationToken cancellationToken = default) =>
        _nodes.MakeDirectoryAsync(path, cancellationToken);

    public ValueTask RemoveAsync(string path, CancellationToken cancellationToken = default) =>
        _nodes.RemoveAsync(path, cancellationToken);

    public ValueTask<string[]> ListAsync(string path, CancellationToken cancellationToken = default) =>
        _nodes.ListAsync(path, cancellationToken);

    public ValueTask<string[]?> TryListAsync(string path, CancellationToken cancellationToken = default) =>
        _nodes.TryListAsync(path, cancellationToken);

    public ValueTask<XenstorePermission[]> GetPermissionsAsync(string path, CancellationToken cancellationToken = default) =>
        _nodes.GetPermissionsAsync(path, cancellationToken);

    public ValueTask SetPermissionsAsync(
        string path, IReadOnlyList<XenstorePermission> permissions, CancellationToken cancellationToken = default) =>
        _nodes.SetPermissionsAsync(path, permissions, cancellationToken);
}
