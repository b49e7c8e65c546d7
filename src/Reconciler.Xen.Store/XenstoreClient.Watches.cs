using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Reconciler.Xen.Store.Connections;
using Reconciler.Xen.Store.Protocol;

namespace Reconciler.Xen.Store;

public sealed partial class XenstoreClient : IWatchEventSink
{
    private readonly ConcurrentDictionary<uint, XenstoreWatch> _watches = [];
    private uint _lastToken;

    /// <summary>
    /// Watches <paramref name="path"/> and all below it; <c>@introduceDomain</c> and <c>@releaseDomain</c> tell of domains that come and of
    /// domains that shut down or go. Registered again by itself after a reconnect. See <see cref="XenstoreWatch"/>.
    /// </summary>
    public async ValueTask<XenstoreWatch> WatchAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        var watch = new XenstoreWatch(this, path, Interlocked.Increment(ref _lastToken), _options.PendingPathsPerWatch);

        // Known before it is asked for: its first event may come ahead of the confirmation.
        _watches[watch.Token] = watch;
        var connection = Volatile.Read(ref _connection);
        try
        {
            var reply = connection is null
                ? Reply.Disconnected(DisconnectReason)
                : await RegisterAsync(connection, watch, cancellationToken);
            reply.ThrowIfFailed("watch", path);
            lock (_gate)
            {
                // Confirmed by a connection that has been replaced since: the new one knows nothing of it.
                if (!ReferenceEquals(connection, _connection)) Reply.Disconnected(DisconnectReason).Throw("watch", path);
                watch.IsRegistered = true;
            }
        }
        catch
        {
            _watches.TryRemove(watch.Token, out _);
            throw;
        }

        return watch;
    }

    internal async ValueTask UnwatchAsync(XenstoreWatch watch)
    {
        lock (_gate) watch.IsRegistered = false;
        if (!_watches.TryRemove(watch.Token, out _)) return;
        watch.End(error: null);

        // Without a connection there is nothing to take back.
        if (Volatile.Read(ref _connection) is { } connection) await UnregisterAsync(connection, watch);
    }

    [SkipLocalsInit]
    void IWatchEventSink.OnWatchEvent(ReadOnlySpan<byte> path, ReadOnlySpan<byte> token)
    {
        // No such watch: it was ended while the event was under way.
        if (!XenstoreCodec.TryReadNumber(token, out var number) || !_watches.TryGetValue(number, out var watch)) return;
        Span<char> text = stackalloc char[XenstoreLimits.Payload];
        watch.Offer(text[..Encoding.UTF8.GetChars(path, text)]);
    }

    private static ValueTask<Reply> RegisterAsync(XenstoreConnection connection, XenstoreWatch watch, CancellationToken cancellationToken) =>
        connection.SendAsync(
            XenstoreMessageType.Watch, 0, watch.Path, TokenArgument(watch.Token), ReplyShape.Acknowledgement, cancellationToken);

    /// <summary>Its failure means that xenstored has forgotten the watch already.</summary>
    private static ValueTask<Reply> UnregisterAsync(XenstoreConnection connection, XenstoreWatch watch) =>
        connection.SendAsync(
            XenstoreMessageType.Unwatch, 0, watch.Path, TokenArgument(watch.Token), ReplyShape.Acknowledgement, CancellationToken.None);

    private static byte[] TokenArgument(uint token) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{token}\0"));

    /// <summary>Registers every watch on a new connection and tells each that its hints may have been lost. False if the connection ended.</summary>
    private async ValueTask<bool> RestoreAsync(XenstoreConnection connection, List<XenstoreWatch> watches)
    {
        var replies = watches.Select(watch => RegisterAsync(connection, watch, CancellationToken.None).AsTask()).ToList();
        for (var i = 0; i < replies.Count; i++)
        {
            var reply = await replies[i];
            if (reply.Error == XenstoreError.Disconnected) return false;
            if (reply.IsSuccess)
            {
                watches[i].OfferResync();

                // Ended meanwhile: its end may have been sent ahead of this.
                if (!_watches.ContainsKey(watches[i].Token)) await UnregisterAsync(connection, watches[i]);
            }
            else
            {
                // Better an error than a subscription that silently hears nothing.
                _watches.TryRemove(watches[i].Token, out _);
                watches[i].End(new XenstoreException(reply.Error, "watch", watches[i].Path, "after the connection was made anew"));
            }
        }

        return true;
    }
}
