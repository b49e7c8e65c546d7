using System.Runtime.CompilerServices;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light;

/// <summary>The real Xen host: libxenlight in worker processes, xenstore for names, requests and hints.</summary>
public sealed class LibxlHost : IXenHost
{
    public LibxlHost(LibxlHostOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
    }

    /// <summary>What works less well than it should (a worker could not leave the pod's cgroup), in words; empty when nothing does.</summary>
    public IReadOnlyList<string> Degradations => [];

    public Task<HostFacts> DescribeAsync(CancellationToken cancellationToken) => throw NotYet();

    public Task<IReadOnlyList<ObservedDomain>> ObserveAllAsync(CancellationToken cancellationToken) => throw NotYet();

    public Task<Observation> ObserveAsync(DomainKey key, CancellationToken cancellationToken) => throw NotYet();

    public Task<IReadOnlyList<HostObjection>> CheckAsync(DesiredDomain domain, CancellationToken cancellationToken) => throw NotYet();

    public Task<int> CreatePausedAsync(DesiredDomain domain, CancellationToken cancellationToken) => throw NotYet();

    public Task UnpauseAsync(DomainRef domain, CancellationToken cancellationToken) => throw NotYet();

    public Task PauseAsync(DomainRef domain, CancellationToken cancellationToken) => throw NotYet();

    public Task RequestShutdownAsync(DomainRef domain, CancellationToken cancellationToken) => throw NotYet();

    public Task WithdrawShutdownAsync(DomainRef domain, CancellationToken cancellationToken) => throw NotYet();

    public Task DestroyAsync(DomainRef domain, CancellationToken cancellationToken) => throw NotYet();

    public async IAsyncEnumerable<HostSignal> SignalsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return HostSignal.Resync;
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static XenException NotYet() => new(XenErrorCode.Unavailable, "libxl", "this build can't reach libxenlight");
}
