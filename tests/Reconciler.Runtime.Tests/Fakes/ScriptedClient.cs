using System.Net;
using System.Runtime.CompilerServices;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Fakes;

/// <summary>Answers lists and watches of widgets as written down beforehand, and keeps what was asked. When the script is over, calls hang.</summary>
internal sealed class ScriptedClient(TimeProvider time) : ListWatchClient
{
    private readonly Queue<Func<CancellationToken, Task<ResourceList<Widget>>>> _lists = new();
    private readonly Queue<Func<CancellationToken, IAsyncEnumerable<WatchEvent<Widget>>>> _watches = new();
    private readonly Queue<Func<CancellationToken, IAsyncEnumerable<WatchEvent<Widget>>>> _streams = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<(TimeSpan At, ListOptions Options)> Lists { get; } = [];

    public List<(TimeSpan At, WatchOptions Options)> Watches { get; } = [];

    /// <summary>Watches that were to begin with all objects. What the script says nothing of is refused, as servers before 1.27 do.</summary>
    public List<(TimeSpan At, WatchOptions Options)> Streams { get; } = [];

    /// <summary>Completes when something is asked that the script does not answer any more.</summary>
    public Task Over => _over.Task;

    public static KubernetesApiException Error(HttpStatusCode? code, string? reason = null, string message = "scripted", TimeSpan? retryAfter = null) =>
        new(message, code, code is null ? null : new KubernetesStatus { Code = (int)code, Reason = reason, Message = message }) { RetryAfter = retryAfter };

    public static WatchEvent<Widget> Frame(WatchEventType type, Widget widget) =>
        new() { Type = type, Object = widget, ResourceVersion = widget.Metadata.ResourceVersion };

    public static WatchEvent<Widget> Bookmark(string version) => new() { Type = WatchEventType.Bookmark, ResourceVersion = version };

    /// <summary>The bookmark that ends the initial events.</summary>
    public static WatchEvent<Widget> InitialEventsEnd(string version) => Bookmark(version) with { InitialEventsEnd = true };

    public static WatchEvent<Widget> ErrorFrame(int code, string reason) =>
        new() { Type = WatchEventType.Error, Status = new KubernetesStatus { Code = code, Reason = reason, Message = reason } };

    public ScriptedClient List(string version, params Widget[] widgets) => ListPage(version, null, widgets);

    public ScriptedClient ListPage(string version, string? next, params Widget[] widgets)
    {
        _lists.Enqueue(_ => Task.FromResult(new ResourceList<Widget> { Items = widgets, ResourceVersion = version, Continue = next }));
        return this;
    }

    public ScriptedClient ListWithUndecodable(string version, UndecodableObject undecodable, params Widget[] widgets)
    {
        _lists.Enqueue(_ => Task.FromResult(new ResourceList<Widget> { Items = widgets, Undecodable = [undecodable], ResourceVersion = version }));
        return this;
    }

    public ScriptedClient ListFails(Exception error)
    {
        _lists.Enqueue(_ => Task.FromException<ResourceList<Widget>>(error));
        return this;
    }

    public ScriptedClient ListHangs()
    {
        _lists.Enqueue(async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            throw new InvalidOperationException("unreachable");
        });
        return this;
    }

    /// <summary>A watch that sends frames, stays open for a while, and ends.</summary>
    public ScriptedClient Watch(TimeSpan open, params WatchEvent<Widget>[] frames)
    {
        _watches.Enqueue(token => Stream(frames, open, null, token));
        return this;
    }

    /// <summary>A watch with initial events that sends frames, stays open for a while, and ends.</summary>
    public ScriptedClient Stream(TimeSpan open, params WatchEvent<Widget>[] frames)
    {
        _streams.Enqueue(token => Stream(frames, open, null, token));
        return this;
    }

    public ScriptedClient StreamBreaks(Exception error, params WatchEvent<Widget>[] frames)
    {
        _streams.Enqueue(token => Stream(frames, TimeSpan.Zero, error, token));
        return this;
    }

    public ScriptedClient WatchBreaks(Exception error, params WatchEvent<Widget>[] frames)
    {
        _watches.Enqueue(token => Stream(frames, TimeSpan.Zero, error, token));
        return this;
    }

    public ScriptedClient WatchFallsSilent(params WatchEvent<Widget>[] frames)
    {
        _watches.Enqueue(token => Stream(frames, Timeout.InfiniteTimeSpan, null, token));
        return this;
    }

    public override async Task<ResourceList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
    {
        if (_lists.TryDequeue(out var answer))
        {
            Lists.Add((time.GetElapsedTime(0), options));
            return (ResourceList<T>)(object)await answer(cancellationToken);
        }

        Lists.Add((time.GetElapsedTime(0), options));
        _over.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        throw new InvalidOperationException("unreachable");
    }

    public override IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, CancellationToken cancellationToken)
    {
        if (options.SendInitialEvents)
        {
            Streams.Add((time.GetElapsedTime(0), options));
            var refusal = Error(HttpStatusCode.UnprocessableEntity, "Invalid", "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch");
            return (IAsyncEnumerable<WatchEvent<T>>)(object)(
                _streams.TryDequeue(out var stream) ? stream(cancellationToken) : Stream([], TimeSpan.Zero, refusal, cancellationToken));
        }

        Watches.Add((time.GetElapsedTime(0), options));
        if (_watches.TryDequeue(out var answer))
        {
            return (IAsyncEnumerable<WatchEvent<T>>)(object)answer(cancellationToken);
        }

        _over.TrySetResult();
        return (IAsyncEnumerable<WatchEvent<T>>)(object)Stream([], Timeout.InfiniteTimeSpan, null, cancellationToken);
    }

    private async IAsyncEnumerable<WatchEvent<Widget>> Stream(
        WatchEvent<Widget>[] frames, TimeSpan open, Exception? error, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        foreach (var frame in frames)
        {
            yield return frame;
        }

        if (error is not null)
        {
            throw error;
        }

        await Task.Delay(open, time, cancellationToken);
    }
}
