using System.Runtime.CompilerServices;
using Reconciler.Xen.Host;
using Reconciler.Xen.Store;

namespace Reconciler.Xen.Light.Signals;

/// <summary>
/// Turns xenstore watches into hints: domains that come, end and go (<c>@introduceDomain</c>, <c>@releaseDomain</c>), and requests that
/// ours take (<c>control/shutdown</c>). For one consumer.
/// </summary>
/// <param name="xenstore">Where the watches are.</param>
/// <param name="look">All domains, as libxl shows them.</param>
/// <param name="delay">Changes within this time of the first make one look.</param>
/// <param name="time">The clock of the delay.</param>
internal sealed class HostWatch(
    XenstoreClient xenstore, Func<CancellationToken, Task<IReadOnlyList<ObservedDomain>>> look, TimeSpan delay, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly PendingHints _pending = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<DomainRef, XenstoreWatch> _requests = [];
    private readonly List<Task> _pumps = [];
    private HostSnapshot _known = HostSnapshot.Empty;

    /// <summary>Begins with a resync; after each loss of hints there is another.</summary>
    public async IAsyncEnumerable<HostSignal> SignalsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _pumps.Add(PumpListAsync("@introduceDomain"));
        _pumps.Add(PumpListAsync("@releaseDomain"));
        yield return HostSignal.Resync;

        while (true)
        {
            try
            {
                await _pending.WaitAsync(cancellationToken);
                await Task.Delay(delay, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                yield break;
            }
            var (resync, list, domains) = _pending.Take();
            IReadOnlySet<Guid>? changed = list || resync ? await LookAgainAsync(cancellationToken) : new HashSet<Guid>();
            if (resync || changed is null)
            {
                yield return HostSignal.Resync;
                continue;
            }
            foreach (var uuid in changed.Union(domains)) yield return new HostSignal(uuid);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var watch in _requests.Values) await watch.DisposeAsync();
        await Task.WhenAll(_pumps);
        _stopping.Dispose();
    }

    /// <returns>Null: it can't be told what changed.</returns>
    private async Task<IReadOnlySet<Guid>?> LookAgainAsync(CancellationToken cancellationToken)
    {
        try
        {
            HostSnapshot now = new(await look(cancellationToken));
            var changed = now.ChangedSince(_known);
            _known = now;
            await FollowRequestsAsync();
            return changed;
        }
        catch (Exception e) when (e is XenException or XenstoreException or OperationCanceledException)
        {
            // The receiver's own observation says what is wrong.
            return null;
        }
    }

    /// <summary>One watch for each domain that can take a request. (One on /local/domain would tell of every write of every guest.)</summary>
    private async Task FollowRequestsAsync()
    {
        var listening = _known.Listening.ToHashSet();
        foreach (var domain in _requests.Keys.Except(listening).ToArray())
        {
            _requests.Remove(domain, out var watch);
            await watch!.DisposeAsync();
        }
        _pumps.RemoveAll(pump => pump.IsCompleted);
        foreach (var domain in listening.Except(_requests.Keys).ToArray())
        {
            var watch = await xenstore.WatchAsync($"/local/domain/{domain.Domid}/control/shutdown", _stopping.Token);
            _requests.Add(domain, watch);
            _pumps.Add(PumpRequestsAsync(watch, domain.Uuid));
        }
    }

    private async Task PumpRequestsAsync(XenstoreWatch watch, Guid uuid)
    {
        try
        {
            await watch.NextAsync(_stopping.Token); // the first one only says that the watch is there
            while (true)
            {
                if ((await watch.NextAsync(_stopping.Token)).Kind is XenstoreEventKind.Changed) _pending.AddDomain(uuid);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or XenstoreException)
        {
            // Ended; a resync of the list's own watches covers what a lost connection hides.
        }
    }

    private async Task PumpListAsync(string special)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await using var watch = await xenstore.WatchAsync(special, _stopping.Token);
                _pending.AddResync();
                while (true)
                {
                    if ((await watch.NextAsync(_stopping.Token)).Kind is XenstoreEventKind.Resync) _pending.AddResync();
                    else _pending.AddList();
                }
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (XenstoreException)
            {
                await Task.Delay(RetryDelay, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
