using System.Runtime.CompilerServices;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Devices;
using Reconciler.Xen.Store;

namespace Reconciler.Xen.Light.Signals;

/// <summary>
/// Turns xenstore watches into hints: domains that come, end and go (<c>@introduceDomain</c>, <c>@releaseDomain</c>), requests that
/// ours take (<c>control/shutdown</c>), either end of their devices (<c>backend</c>, <c>device</c>), the addresses that guests say they
/// have (<c>attr</c>), and the end of their QEMU; and what the kernel tells of bridges and rules (<see cref="NetworkWatch"/>). For one consumer.
/// </summary>
/// <param name="xenstore">Where the watches are.</param>
/// <param name="look">All domains, as libxl shows them.</param>
/// <param name="delay">Changes within this time of the first make one look.</param>
/// <param name="time">The clock of the delay.</param>
internal sealed class HostWatch(
    XenstoreClient xenstore, Func<CancellationToken, Task<IReadOnlyList<ObservedDomain>>> look, TimeSpan delay, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>A guest that writes its addresses without end has them looked at no more often.</summary>
    private static readonly TimeSpan AddressPause = TimeSpan.FromSeconds(10);

    private readonly PendingHints _pending = new();
    private readonly ProcessEnds _processes = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<DomainRef, XenstoreWatch[]> _followed = [];
    private readonly List<Task> _pumps = [];
    private volatile HostSnapshot _known = HostSnapshot.Empty;

    /// <summary>Begins with a resync; after each loss of hints there is another.</summary>
    public async IAsyncEnumerable<HostSignal> SignalsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _pumps.Add(PumpListAsync("@introduceDomain"));
        _pumps.Add(PumpListAsync("@releaseDomain"));
        _pumps.Add(PumpBackendsAsync());
        using NetworkWatch network = new(AddOurs, _pending.AddResync);
        network.Start();
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
        foreach (var watch in _followed.Values.SelectMany(watches => watches)) await watch.DisposeAsync();
        await Task.WhenAll(_pumps);
        _processes.Dispose();
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
            await FollowAsync();
            return changed;
        }
        catch (Exception e) when (e is XenException or XenstoreException or OperationCanceledException)
        {
            // The receiver's own observation says what is wrong.
            return null;
        }
    }

    /// <summary>Watches for each domain that can answer. (One on /local/domain would tell of every write of every guest.)</summary>
    private async Task FollowAsync()
    {
        var listening = _known.Listening.ToHashSet();
        foreach (var domain in _followed.Keys.Except(listening).ToArray())
        {
            _followed.Remove(domain, out var watches);
            foreach (var watch in watches!) await watch.DisposeAsync();
        }
        _pumps.RemoveAll(pump => pump.IsCompleted);
        foreach (var domain in listening.Except(_followed.Keys).ToArray())
        {
            var requests = await xenstore.WatchAsync($"/local/domain/{domain.Domid}/control/shutdown", _stopping.Token);
            var frontends = await xenstore.WatchAsync($"/local/domain/{domain.Domid}/device", _stopping.Token);
            var addresses = await xenstore.WatchAsync($"/local/domain/{domain.Domid}/attr", _stopping.Token);
            var deviceModel = await xenstore.WatchAsync(DeviceReader.DeviceModelPath(domain.Domid), _stopping.Token);
            _followed.Add(domain, [requests, frontends, addresses, deviceModel]);
            _pumps.Add(PumpGuestAsync(requests, domain.Uuid, _ => true, TimeSpan.Zero));
            _pumps.Add(PumpGuestAsync(frontends, domain.Uuid, DevicePath.IsFrontendState, TimeSpan.Zero));
            _pumps.Add(PumpGuestAsync(addresses, domain.Uuid, GuestAddresses.IsConcernedBy, AddressPause));
            _pumps.Add(PumpDeviceModelAsync(deviceModel, domain));
        }
    }

    /// <param name="watch">On something that a guest writes.</param>
    /// <param name="uuid">The guest's domain.</param>
    /// <param name="matters">Whether a change of a path is worth a hint.</param>
    /// <param name="pause">After a hint nothing is listened to for so long; the watch keeps, merged, what changes meanwhile.</param>
    private async Task PumpGuestAsync(XenstoreWatch watch, Guid uuid, Func<string, bool> matters, TimeSpan pause)
    {
        try
        {
            await watch.NextAsync(_stopping.Token); // the first one only says that the watch is there
            while (true)
            {
                // Of a guest that writes a thousand other nodes there is one hint, if any.
                var concerned = Concerns(await watch.NextAsync(_stopping.Token));
                while (watch.TryNext(out var next)) concerned |= Concerns(next);
                if (!concerned) continue;
                _pending.AddDomain(uuid);
                if (pause > TimeSpan.Zero) await Task.Delay(pause, time, _stopping.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or XenstoreException)
        {
            // Ended; a resync of the list's own watches covers what a lost connection hides.
        }

        bool Concerns(XenstoreEvent next) => next.Kind is XenstoreEventKind.Resync || matters(next.Path);
    }

    /// <summary>xenstore has the process id of a domain's QEMU, and never learns that the process has ended.</summary>
    private async Task PumpDeviceModelAsync(XenstoreWatch watch, DomainRef domain)
    {
        try
        {
            for (var watched = 0; ; await watch.NextAsync(_stopping.Token))
            {
                if (DeviceReader.PidOf(await xenstore.TryReadAsync(DeviceReader.DeviceModelPath(domain.Domid), _stopping.Token)) is not 0 and var pid && pid != watched)
                    _processes.Watch(watched = pid, () => _pending.AddDomain(domain.Uuid));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or XenstoreException)
        {
            // As of a guest.
        }
    }

    /// <summary>dom0's ends of all devices: written by drivers, scripts and toolstacks when one comes, changes or goes, and by nobody in between.</summary>
    private Task PumpBackendsAsync() => PumpAsync("/local/domain/0/backend", next =>
    {
        if (DevicePath.DomidOfBackend(next.Path) is { } domid) AddOurs(domid);
    });

    private void AddOurs(int domid)
    {
        if (_known.OursAt(domid) is { } uuid) _pending.AddDomain(uuid);
    }

    private Task PumpListAsync(string special) => PumpAsync(special, _ => _pending.AddList());

    private async Task PumpAsync(string path, Action<XenstoreEvent> onChanged)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await using var watch = await xenstore.WatchAsync(path, _stopping.Token);
                _pending.AddResync();
                while (true)
                {
                    var next = await watch.NextAsync(_stopping.Token);
                    if (next.Kind is XenstoreEventKind.Resync) _pending.AddResync();
                    else onChanged(next);
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
