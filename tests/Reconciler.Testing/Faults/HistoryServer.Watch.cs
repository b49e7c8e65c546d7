using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Reconciler.Kubernetes.Client;
using Reconciler.Testing.Contract;
using Shouldly;

namespace Reconciler.Testing.Faults;

public sealed partial class HistoryServer
{
    private async IAsyncEnumerable<WatchEvent<Widget>> WatchAsync(WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        options.LabelSelector.ShouldBe(Selector);
        await MeetFaultAsync(_watchFaults, cancellationToken);
        if (options.SendInitialEvents && !KnowsStreamedLists)
        {
            throw new KubernetesApiException("sendInitialEvents is forbidden for watch", HttpStatusCode.UnprocessableEntity);
        }

        var start = options.SendInitialEvents ? VersionFor(options.ResourceVersion) : long.Parse(options.ResourceVersion!, CultureInfo.InvariantCulture);
        if (start < _compacted || start > Current)
        {
            throw Error(start < _compacted ? ServerFault.Gone : ServerFault.Behind);
        }

        var watch = new OpenWatch(start);
        _watches.Add(watch);
        try
        {
            var until = time.GetTimestamp() + options.Timeout!.Value.Ticks;
            foreach (var frame in options.SendInitialEvents ? InitialFrames(start) : [])
            {
                // Slowly enough that something may come between.
                await Task.Delay(TimeSpan.FromMilliseconds(1), time, cancellationToken);
                if (watch.Ending is not null)
                {
                    break;
                }

                yield return frame;
            }

            while (true)
            {
                if (watch.IsSilent)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
                }

                if (watch.Ending is { } ending)
                {
                    if (ending is ServerFault.Gone or ServerFault.Broken or ServerFault.Behind)
                    {
                        yield return new WatchEvent<Widget> { Type = WatchEventType.Error, Status = Error(ending).Status };
                    }
                    else if (ending != ServerFault.Ends)
                    {
                        throw Error(ending);
                    }

                    yield break;
                }

                if (watch.At < Current)
                {
                    await Task.Delay(watch.PerFrame, time, cancellationToken);
                    foreach (var frame in NextFrames(watch))
                    {
                        yield return frame;
                    }

                    continue;
                }

                if (time.GetTimestamp() >= until)
                {
                    // Real servers send a bookmark about once a minute and a last one before they end a watch.
                    watch.Ending = ServerFault.Ends;
                    yield return new WatchEvent<Widget> { Type = WatchEventType.Bookmark, ResourceVersion = Text(watch.At) };
                    continue;
                }

                // Awaited as it is: WaitAsync would go through the thread pool, and the walk would not repeat itself.
                var waiting = watch.Waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
                await using var timer = time.CreateTimer(_ => waiting.TrySetResult(), null, TimeSpan.FromTicks(until - time.GetTimestamp()), Timeout.InfiniteTimeSpan);
                await using var cancelled = cancellationToken.Register(() => waiting.TrySetResult());
                await waiting.Task;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            _watches.Remove(watch);
        }
    }

    /// <summary>
    /// The next change. Now and then two changes of one object come as one, and of two changes of different objects the second comes
    /// first: the version that is resumed from is then the older one, and brings the newer again.
    /// </summary>
    private List<WatchEvent<Widget>> NextFrames(OpenWatch watch)
    {
        var version = ++watch.At;
        var first = Frame(version);
        if (first is null || version >= Current || version % 3 != 0)
        {
            return first is null ? [] : [first];
        }

        var second = Frame(++watch.At);
        return (_changed[(int)version] == _changed[(int)version + 1], first.Type, second?.Type) switch
        {
            (_, _, null) => [first],
            (true, WatchEventType.Modified, WatchEventType.Modified) => [second!],
            (true, _, _) => [first, second!],
            (false, _, _) => [second!, first],
        };
    }

    /// <summary>All objects, and the bookmark that ends them (KEP 3157).</summary>
    private IEnumerable<WatchEvent<Widget>> InitialFrames(long version)
    {
        foreach (var stored in _states[(int)version].Values.Where(IsVisible))
        {
            yield return new WatchEvent<Widget>
            {
                Type = WatchEventType.Added,
                ResourceVersion = stored.Widget.Metadata.ResourceVersion,
                Object = stored.IsReadable ? stored.Widget : null,
                Undecodable = stored.IsReadable ? null : Undecodable(stored),
            };
        }

        yield return new WatchEvent<Widget> { Type = WatchEventType.Bookmark, ResourceVersion = Text(version), InitialEventsEnd = true };
    }

    /// <summary>What a change looks like through the selector; null when it does not show.</summary>
    private WatchEvent<Widget>? Frame(long version)
    {
        var name = _changed[(int)version];
        var (old, now) = (_states[(int)version - 1].GetValueOrDefault(name), _states[(int)version].GetValueOrDefault(name));
        WatchEventType? type = (IsVisible(old), IsVisible(now)) switch
        {
            (true, true) => WatchEventType.Modified,
            (true, false) => WatchEventType.Deleted,
            (false, true) => WatchEventType.Added,
            _ => null,
        };
        if (type is null)
        {
            return null;
        }

        // What leaves is shown as it was last, with the version of its leaving.
        var shown = type == WatchEventType.Deleted ? old! : now!;
        return new WatchEvent<Widget>
        {
            Type = type.Value,
            ResourceVersion = Text(version),
            Object = shown.IsReadable ? shown.Widget with { Metadata = shown.Widget.Metadata with { ResourceVersion = Text(version) } } : null,
            Undecodable = shown.IsReadable ? null : Undecodable(shown),
        };
    }

    private sealed class OpenWatch(long start)
    {
        public long At { get; set; } = start;

        public ServerFault? Ending { get; set; }

        public TaskCompletionSource Waiting { get; set; } = new();

        public bool IsSilent => Ending == ServerFault.Silent;

        public TimeSpan PerFrame { get; set; }
    }
}
