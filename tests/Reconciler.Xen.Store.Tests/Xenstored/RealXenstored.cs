using Reconciler.Lab;

namespace Reconciler.Xen.Store.Tests.Xenstored;

/// <summary>One real xenstored for all tests of a class; each test works below a path of its own.</summary>
public sealed class RealXenstored : IAsyncLifetime
{
    private XenstoredProcess? _process;
    private int _roots;

    internal XenstoredProcess Process => _process!;

    public async ValueTask InitializeAsync() => _process = await XenstoredProcess.StartAsync();

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    /// <summary>A path that no other test uses.</summary>
    internal string Root() => $"/test/{Interlocked.Increment(ref _roots)}";

    internal ValueTask<XenstoreClient> ConnectAsync(XenstoreClientOptions? options = null) =>
        XenstoreClient.ConnectAsync((options ?? new()) with { Path = Process.SocketPath }, TestContext.Current.CancellationToken);
}
