using System.Threading.Channels;

namespace Reconciler.Xen.Store;

/// <summary>
/// A subscription to changes at and below one path, or to <c>@introduceDomain</c> / <c>@releaseDomain</c>. Made by
/// <see cref="XenstoreClient.WatchAsync"/>; disposing ends it.
/// </summary>
/// <remarks>
/// <para><b>Flow.</b> The first event names the watched path itself: take it as the order to read the present state. Each later event says
/// that something changed since; read again.</para>
/// <para><b>Guarantees.</b> A change is never lost: it is delivered, or merged with an event for the same path that was not taken yet, or
/// covered by a <see cref="XenstoreEventKind.Resync"/>. A slow consumer costs bounded memory
/// (<see cref="XenstoreClientOptions.PendingPathsPerWatch"/>) and slows nobody else.</para>
/// <para><b>Caveats.</b> Events may come without a change (xenstore's own rule). One consumer at a time.</para>
/// </remarks>
public sealed class XenstoreWatch : IAsyncEnumerable<XenstoreEvent>, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly XenstoreClient _client;
    private readonly int _maxPending;
    private readonly Queue<string> _order = [];
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);

    // At most one signal is ever needed: the state it points to is in the fields above.
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private bool _resync;

    internal XenstoreWatch(XenstoreClient client, string path, uint token, int maxPending)
    {
        _client = client;
        Path = path;
        Token = token;
        _maxPending = maxPending;
    }

    /// <summary>What is watched.</summary>
    public string Path { get; }

    internal uint Token { get; }

    /// <summary>Whether xenstored confirmed it, so that a new connection must register it again. Guarded by the client's lock.</summary>
    internal bool IsRegistered { get; set; }

    /// <summary>Takes the next event if there is one.</summary>
    public bool TryNext(out XenstoreEvent next)
    {
        lock (_gate)
        {
            if (_resync)
            {
                _resync = false;
                next = new XenstoreEvent(XenstoreEventKind.Resync, Path);
                return true;
            }

            if (_order.TryDequeue(out var path))
            {
                _paths.Remove(path);
                next = new XenstoreEvent(XenstoreEventKind.Changed, path);
                return true;
            }
        }

        next = default;
        return false;
    }

    /// <summary>Waits for the next event.</summary>
    /// <exception cref="ObjectDisposedException">The watch or its client was disposed of.</exception>
    /// <exception cref="XenstoreException">xenstored refused the watch after a reconnect.</exception>
    public async ValueTask<XenstoreEvent> NextAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (TryNext(out var next)) return next;
            ObjectDisposedException.ThrowIf(!await SignalledAsync(cancellationToken), this);
        }
    }

    /// <summary>All events, until the watch or its client is disposed of.</summary>
    public async IAsyncEnumerator<XenstoreEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        do
        {
            while (TryNext(out var next)) yield return next;
        }
        while (await SignalledAsync(cancellationToken));
    }

    /// <summary>Ends the subscription, in xenstored as well if it can be reached.</summary>
    public ValueTask DisposeAsync() => _client.UnwatchAsync(this);

    /// <summary>A path changed. Never waits.</summary>
    internal void Offer(ReadOnlySpan<char> path)
    {
        lock (_gate)
        {
            // A resync that nobody took yet covers whatever changes until it is taken.
            if (_resync || _paths.GetAlternateLookup<ReadOnlySpan<char>>().Contains(path)) return;
            if (_order.Count == _maxPending)
            {
                Overflow();
            }
            else
            {
                var kept = path.SequenceEqual(Path) ? Path : path.ToString();
                _paths.Add(kept);
                _order.Enqueue(kept);
            }
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Anything may have changed.</summary>
    internal void OfferResync()
    {
        lock (_gate) Overflow();
        _signal.Writer.TryWrite(true);
    }

    internal void End(Exception? error) => _signal.Writer.TryComplete(error);

    /// <summary>False once the watch has ended.</summary>
    private async ValueTask<bool> SignalledAsync(CancellationToken cancellationToken)
    {
        if (!await _signal.Reader.WaitToReadAsync(cancellationToken)) return false;
        _signal.Reader.TryRead(out _);
        return true;
    }

    private void Overflow()
    {
        _resync = true;
        _order.Clear();
        _paths.Clear();
    }
}
