namespace Reconciler.Xen.Store;

/// <summary>
/// The tree of nodes, seen directly (<see cref="XenstoreClient"/>) or through a transaction (<see cref="XenstoreTransaction"/>), so that code
/// which reads or writes part of it works in both.
/// </summary>
/// <remarks>
/// <para>Every operation fails with <see cref="XenstoreException"/>. Where a missing node is an expected outcome, the <c>Try</c> form
/// returns null for it.</para>
/// <para>Operations may be issued without awaiting earlier ones: they are sent in the order of the calls, over one connection.</para>
/// <para><b>Nodes that libxl owns must not be written</b> (<c>/local/domain/N/device</c>, <c>/vm</c>, <c>/libxl</c>, backend directories):
/// libxl keeps them consistent with the hypervisor and with its own locks, and this client knows nothing of either.
/// That is the caller's rule; nothing here enforces it.</para>
/// </remarks>
public interface IXenstore
{
    /// <summary>The value at <paramref name="path"/>: UTF-8, up to its first NUL.</summary>
    ValueTask<string> ReadAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="ReadAsync"/>, but null if there is no such node.</summary>
    ValueTask<string?> TryReadAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>The value at <paramref name="path"/>, byte for byte.</summary>
    ValueTask<byte[]> ReadBytesAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>The values at all <paramref name="paths"/>, in their order, null for missing nodes; all requests are in flight at once.</summary>
    ValueTask<string?[]> ReadManyAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken = default);

    /// <summary>Sets a value; missing nodes on the way are created, empty. Path and value share one payload of 4096 bytes.</summary>
    ValueTask WriteAsync(string path, string value, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="WriteAsync(string, string, CancellationToken)"/>
    ValueTask WriteAsync(string path, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default);

    /// <summary>Makes sure that the node exists, and leaves its value alone if it does.</summary>
    ValueTask MakeDirectoryAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes the node and all below it. No error if it does not exist; <see cref="XenstoreError.ENOENT"/> if its parent does not.
    /// </summary>
    ValueTask RemoveAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Names (not paths) of the node's children, any number of them, as of one moment.</summary>
    ValueTask<string[]> ListAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="ListAsync"/>, but null if there is no such node.</summary>
    ValueTask<string[]?> TryListAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>The node's owner and default access, followed by the access of single domains.</summary>
    ValueTask<XenstorePermission[]> GetPermissionsAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Replaces the node's permissions; the first entry names the owner.</summary>
    ValueTask SetPermissionsAsync(string path, IReadOnlyList<XenstorePermission> permissions, CancellationToken cancellationToken = default);
}
