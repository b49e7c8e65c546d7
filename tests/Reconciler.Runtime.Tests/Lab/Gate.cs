using System.Runtime.CompilerServices;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Lab;

/// <summary>A network between a reflector and its server that can be cut: watches break, and nothing gets through until it is mended.</summary>
internal sealed class Gate(IKubernetesClient inner) : ListWatchClient, IDisposable
{
    private CancellationTokenSource _cut = new();

    /// <summary>Called before each page of a list is asked for.</summary>
    public Func<ListOptions, Task>? BeforeList { get; set; }

    public void Close() => _cut.Cancel();

    public void Open() => _cut = new CancellationTokenSource();

    public void Dispose() => _cut.Dispose();

    public override async Task<ResourceList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
    {
        if (BeforeList is { } hook)
        {
            await hook(options);
        }

        return _cut.IsCancellationRequested ? throw new KubernetesApiException("cut", null) : await inner.ListAsync<T>(options, cancellationToken);
    }

    public override async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cut = _cut.Token;
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, cut);
        await using var frames = inner.WatchAsync<T>(options, both.Token).GetAsyncEnumerator(both.Token);
        while (true)
        {
            try
            {
                if (cut.IsCancellationRequested || !await frames.MoveNextAsync())
                {
                    break;
                }
            }
            catch (OperationCanceledException) when (cut.IsCancellationRequested)
            {
                break;
            }

            yield return frames.Current;
        }

        if (cut.IsCancellationRequested)
        {
            throw new KubernetesApiException("cut", null);
        }
    }
}
