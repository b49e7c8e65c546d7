using Reconciler.Xen.Store.Connections;
using Reconciler.Xen.Store.Transports;

namespace Reconciler.Xen.Store;

/// <summary>
/// A client of xenstored: one connection, any number of requests in flight on it, watches that survive a restart of xenstored. Thread-safe.
/// </summary>
/// <remarks>
/// <para><b>Flow.</b> <see cref="ConnectAsync"/>, or <see cref="Start"/> where xenstored may not be there yet; then operations and
/// <see cref="WatchAsync"/>; dispose at the end.</para>
/// <para><b>Guarantees.</b> While disconnected every operation fails at once with <see cref="XenstoreError.Disconnected"/>; so do those whose
/// reply was still to come when the connection ended. The connection is made anew with growing, jittered delays; then every watch is registered
/// again and gets a <see cref="XenstoreEventKind.Resync"/>.</para>
/// <para><b>Caveats.</b> An operation that failed with Disconnected may have taken effect. A cancelled operation may take effect, but leaves no
/// watch and no transaction behind. Nodes that libxl owns must not be written: see <see cref="IXenstore"/>.</para>
/// </remarks>
public sealed partial class XenstoreClient : IXenstore, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly XenstoreClientOptions _options;
    private readonly IXenstoreConnector _connector;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _firstAttempt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _supervision;
    private XenstoreConnection? _connection;

    private XenstoreClient(XenstoreClientOptions options)
    {
        _options = options;
        _connector = options.Connector ?? new EndpointConnector(options.Path);
        _supervision = Task.Run(SuperviseAsync);
    }

    /// <summary>Connects, and fails with <see cref="XenstoreError.Disconnected"/> if the first attempt does.</summary>
    public static async ValueTask<XenstoreClient> ConnectAsync(
        XenstoreClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        var client = Start(options);
        try
        {
            await client._firstAttempt.Task.WaitAsync(cancellationToken);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Begins to connect, and goes on trying until it succeeds or the client is disposed of.</summary>
    public static XenstoreClient Start(XenstoreClientOptions? options = null) => new(options ?? new());

    /// <summary>Closes the connection, fails what is pending and ends every watch.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervision;
    }
}
