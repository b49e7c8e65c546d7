using System.Globalization;
using System.Runtime.CompilerServices;
using Reconciler.Embedded.Selection;
using Reconciler.Embedded.Storage;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Embedded;

/// <content>Watches: cursors on the one history. A reader that falls behind what is remembered gets a 410; none is ever waited for.</content>
public sealed partial class EmbeddedStore
{
    // As an API server without a wish of the client: min-request-timeout 30 min, up to twice that.
    private static readonly TimeSpan MinWatchTimeout = TimeSpan.FromMinutes(30);

    private readonly Lock _watchGate = new();
    private CancellationTokenSource _watches = new();

    /// <summary>Ends all watches, as an API server that stops does; they can be started anew at once.</summary>
    public void EndWatches()
    {
        CancellationTokenSource ended;
        lock (_watchGate) (ended, _watches) = (_watches, new CancellationTokenSource());
        ended.Cancel();
        ended.Dispose();
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        cancellationToken.ThrowIfCancellationRequested();
        var type = TypeOf<T>();
        var selector = ReadSelector(type, options.Namespace, options.LabelSelector, options.FieldSelector);
        CancellationToken ended;
        lock (_watchGate) ended = _watches.Token;
        using var lifetime = new CancellationTokenSource(
            options.Timeout ?? (MinWatchTimeout * (1 + _options.Random.NextDouble())), _options.TimeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ended, lifetime.Token);

        var start = ReadVersion(options.ResourceVersion);
        var snapshot = _table.Current;
        if (start > snapshot.ResourceVersion) throw ApiErrors.TooLargeResourceVersion(start.Value, snapshot.ResourceVersion);
        var version = start ?? snapshot.ResourceVersion;
        if (start is null || options.SendInitialEvents)
        {
            version = snapshot.ResourceVersion;
            foreach (var entity in snapshot.OfType(type.QualifiedName).Where(selector.Matches))
                yield return Event<T>(WatchEventType.Added, entity, entity.ResourceVersion);
            if (options.SendInitialEvents) yield return Bookmark<T>(version) with { InitialEventsEnd = true };
        }

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (stop.IsCancellationRequested) yield break;
            var (changes, next) = _table.ReadAfter(version);
            if (changes is null)
            {
                yield return Expired<T>(version);
                yield break;
            }

            foreach (var change in changes)
            {
                version = change.Snapshot.ResourceVersion;
                if (change.Key.Type == type.QualifiedName && ToEvent<T>(change, selector) is { } frame) yield return frame;
            }

            if (changes.Count > 0) continue;
            if (await WaitAsync(next, stop.Token, cancellationToken) == WaitResult.Quiet && options.AllowBookmarks)
                yield return Bookmark<T>(version);
        }
    }

    private enum WaitResult
    {
        Changed,
        Quiet,
        Stopped,
    }

    private async Task<WaitResult> WaitAsync(Task next, CancellationToken stop, CancellationToken callerToken)
    {
        try
        {
            await next.WaitAsync(_options.BookmarkInterval, _options.TimeProvider, stop);
            return WaitResult.Changed;
        }
        catch (TimeoutException)
        {
            return WaitResult.Quiet;
        }
        catch (OperationCanceledException) when (!callerToken.IsCancellationRequested)
        {
            return WaitResult.Stopped;
        }
    }

    /// <summary>An object that leaves the selector is "deleted" for this watch, one that enters it is "added".</summary>
    private static WatchEvent<T>? ToEvent<T>(Change change, Selector selector)
        where T : class, IResource<T>
    {
        var before = change.Before is { } b && selector.Matches(b);
        var after = change.After is { } a && selector.Matches(a);
        var version = change.Snapshot.ResourceVersion;
        return (before, after) switch
        {
            (false, true) => Event<T>(WatchEventType.Added, change.After!, version),
            (true, true) => Event<T>(WatchEventType.Modified, change.After!, version),
            (true, false) => Event<T>(WatchEventType.Deleted, WithVersion(change.Before!, version), version),
            _ => null,
        };
    }

    /// <summary>What is gone is sent as it last was, with the version of its going.</summary>
    private static StoredObject WithVersion(StoredObject entity, long version)
    {
        var node = entity.ToNode();
        node["metadata"]!["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        return StoredObject.From(entity.Key.Type, node);
    }

    private static WatchEvent<T> Event<T>(WatchEventType type, StoredObject entity, long version)
        where T : class, IResource<T>
    {
        _ = TryDecode<T>(entity, out var item, out var error);
        return new WatchEvent<T>
        {
            Type = type,
            Object = item,
            Undecodable = error,
            ResourceVersion = version.ToString(CultureInfo.InvariantCulture),
        };
    }

    private static WatchEvent<T> Bookmark<T>(long version)
        where T : class, IResource<T> => new() { Type = WatchEventType.Bookmark, ResourceVersion = version.ToString(CultureInfo.InvariantCulture) };

    private static WatchEvent<T> Expired<T>(long version)
        where T : class, IResource<T> => new()
        {
            Type = WatchEventType.Error,
            Status = ApiErrors.Expired($"too old resource version: {version}").Status,
        };
}
