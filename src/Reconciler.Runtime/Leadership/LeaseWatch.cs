using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Leadership;

/// <summary>
/// Wakes a candidate when the lease is given up, so that a hand-over takes as long as a call and not as long as the wait between two tries.
/// A help only: whether the lease is free is decided by a read, and without the right to watch there is still the next try.
/// </summary>
internal sealed class LeaseWatch(IKubernetesClient client, LeaderElectionOptions options, TimeProvider time, Random random)
{
    private volatile TaskCompletionSource _free = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits for the lease to be given up, and at most for <paramref name="limit"/>.</summary>
    public async Task FreeAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await _free.Task.WaitAsync(limit, time, cancellationToken);
            _free = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        catch (TimeoutException)
        {
            // The wait between two tries is over.
        }
    }

    /// <summary>Watches until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var backoff = new RetryBackoff(time, random);
        while (!cancellationToken.IsCancellationRequested)
        {
            var wait = TimeSpan.FromSeconds(1);
            try
            {
                await WatchAsync(cancellationToken);
            }
            catch (Exception e) when (e is KubernetesApiException or IOException or OperationCanceledException)
            {
                wait = backoff.Next((e as KubernetesApiException)?.RetryAfter);
            }

            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var one = new WatchOptions
        {
            Namespace = options.Namespace,
            FieldSelector = $"metadata.name={options.Name}",
            Timeout = TimeSpan.FromSeconds(240 + (50 * random.NextDouble())),
            AllowBookmarks = false,
        };

        // Without a version it begins with what is there now: nothing is missed between two watches.
        await foreach (var frame in client.WatchAsync<Lease>(one, cancellationToken).WithCancellation(cancellationToken))
        {
            if (frame.Type == WatchEventType.Deleted || frame.Object is { Spec.HolderIdentity: null or "" })
            {
                _free.TrySetResult();
            }
        }
    }
}
