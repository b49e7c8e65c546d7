using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Health;
using Reconciler.Runtime.Telemetry;

namespace Reconciler.Runtime.Caching;

/// <summary>Keeps a <see cref="Store{T}"/> equal to what the API server has: lists, then watches, for as long as it runs.</summary>
/// <remarks>
/// <para>
/// Flow: <c>Streaming -> Watching -> Watching ...</c>, or where the server does not stream, <c>Listing -> Paging* -> Watching ...</c>. The
/// end of a watch is normal and goes on from the last version seen. An expired version (410, as HTTP status or as ERROR frame) goes
/// back to Listing; the store then reports what has gone meanwhile.
/// </para>
/// <para>Guarantees: it never stops by itself, never skips a deletion, and never shows half a list.</para>
/// <para>
/// Caveat: an object that left the selector looks deleted. Between a write and its echo the store is behind: decide again from what
/// is observed, not from what was written.
/// </para>
/// </remarks>
public sealed class Reflector<T> : IReflector
    where T : class, IResource<T>
{
    private static readonly TimeSpan ListTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan VeryShort = TimeSpan.FromSeconds(1);

    // The client gives up 5 s after the server should have; this is for an implementation that does not.
    private static readonly TimeSpan WatchGrace = TimeSpan.FromSeconds(10);

    private readonly IKubernetesClient _client;
    private readonly Store<T> _store;
    private readonly ReflectorOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly RetryBackoff _backoff;
    private readonly Heartbeat _heartbeat;
    private readonly RuntimeMetrics _metrics;
    private readonly ILogger _logger;
    private volatile string? _problem;
    private string? _problemVerb;
    private volatile bool _refused;

    /// <summary>A reflector that is not running yet.</summary>
    public Reflector(IKubernetesClient client, Store<T> store, ReflectorOptions options, RuntimeServices services)
    {
        ArgumentNullException.ThrowIfNull(services);
        _client = client;
        _store = store;
        _options = options;
        _time = services.Time;
        _random = services.Random;
        _metrics = services.Metrics;
        _logger = services.LoggerFactory.CreateLogger("Reconciler.Runtime.Reflector");
        _backoff = new RetryBackoff(_time, _random);
        _heartbeat = services.Health.AddLoop($"reflector {Name}");
        services.Health.AddReadiness($"store {Name}", () => NotReadyReason);
        _metrics.ObserveStore(Name, () => _store.Snapshot.Objects.Count);
    }

    /// <summary>"domains.xen.reconciler.dev".</summary>
    public string Name => Kind<T>.Definition.QualifiedName;

    /// <summary>Why what the store shows can't be relied on: the first list is not in, the server refuses (401, 403, 404) to list, or its answer can't be read. Null: ready.</summary>
    public string? NotReadyReason =>
        !_store.IsSynced ? $"not listed yet: {_problem ?? "waiting for the API server"}" : _refused ? _problem : null;

    /// <inheritdoc/>
    public Task Synced => _store.Synced;

    /// <summary>Runs until cancelled; ends without an exception then.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _metrics.ReflectorStarted(Name);
        var first = _options.FirstListFromCache ? "0" : null;
        ReflectorState state = _options.StreamFirstList ? new ReflectorState.Streaming(first) : new ReflectorState.Listing(first);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var step = state switch
                {
                    ReflectorState.Listing listing => await ListAsync(listing, listing.ResourceVersion, null, cancellationToken),
                    ReflectorState.Paging paging => await ListAsync(paging, null, paging.Continue, cancellationToken),
                    ReflectorState.Streaming streaming => await StreamAsync(streaming, cancellationToken),
                    ReflectorState.Watching watching => await WatchAsync(watching, cancellationToken),
                    _ => throw new InvalidOperationException($"No such state: {state}."),
                };
                state = step.Next;
                if (step.Failure is { } failure)
                {
                    var wait = _backoff.Next((failure as KubernetesApiException)?.RetryAfter);
                    Report(step, failure, wait);
                    _heartbeat.ExpectWithin(wait + ListTimeout);
                    await Task.Delay(wait, _time, cancellationToken);
                }
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // The way a reflector ends. A call that fails in the same moment may come in first, with its own exception.
        }
        finally
        {
            _heartbeat.Stop();
        }
    }

    private async Task<Step> ListAsync(ReflectorState state, string? resourceVersion, string? continueToken, CancellationToken cancellationToken)
    {
        _heartbeat.ExpectWithin(ListTimeout * 2);
        using var guard = new Deadline(ListTimeout, _time, cancellationToken);
        try
        {
            var page = await _client.ListAsync<T>(
                new ListOptions
                {
                    Namespace = _options.Namespace,
                    LabelSelector = _options.LabelSelector,
                    FieldSelector = _options.FieldSelector,
                    Limit = _options.PageSize,
                    Continue = continueToken,
                    ResourceVersion = resourceVersion,
                },
                guard.Token);
            if (continueToken is null)
            {
                _store.Apply(ReflectorEvent<T>.Init);
            }

            foreach (var entity in page.Items)
            {
                _store.Apply(ReflectorEvent<T>.Of(ReflectorEventType.InitApply, entity));
            }

            foreach (var undecodable in page.Undecodable)
            {
                ReportUndecodable(undecodable);
                _store.Apply(ReflectorEvent<T>.Of(ReflectorEventType.InitApply, undecodable));
            }

            if (!string.IsNullOrEmpty(page.Continue))
            {
                return new Step(new ReflectorState.Paging(page.Continue));
            }

            Complete();
            return new Step(new ReflectorState.Watching(page.ResourceVersion));
        }
        catch (OperationCanceledException) when (guard.HasPassed)
        {
            return new Step(state, new KubernetesApiException($"no answer within {ListTimeout.TotalSeconds:0} s", null));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new Step(ReflectorTransitions.ListFailed(state, e), e);
        }
    }

    private async Task<Step> StreamAsync(ReflectorState.Streaming state, CancellationToken cancellationToken)
    {
        var timeout = NextWatchTimeout();
        using var guard = new Deadline(ListTimeout, _time, cancellationToken);
        var version = state.ResourceVersion;
        var complete = false;
        try
        {
            _store.Apply(ReflectorEvent<T>.Init);
            await foreach (var frame in Watch(version, timeout, withInitialEvents: true, guard.Token))
            {
                if (complete)
                {
                    if (Follow(frame, ref version) is { } failed)
                    {
                        return failed;
                    }
                }
                else if (frame is { Type: WatchEventType.Bookmark, InitialEventsEnd: true, ResourceVersion: { } upTo })
                {
                    Complete();
                    (version, complete) = (upTo, true);
                    guard.Restart(timeout + WatchGrace);
                }
                else if (frame.Type is WatchEventType.Error or WatchEventType.Deleted)
                {
                    // A refusal in the stream; a deletion among what is there now is none that the protocol knows.
                    return new Step(new ReflectorState.Listing(state.ResourceVersion));
                }
                else
                {
                    Take(frame, ReflectorEventType.InitApply);
                }
            }
        }
        catch (OperationCanceledException) when (guard.HasPassed)
        {
            // Before the end of the list: a server that does not know the question and takes it for an ordinary watch.
            _metrics.WatchRestarted(Name, "stalled");
            return new Step(complete ? new ReflectorState.Watching(version!) : new ReflectorState.Listing(state.ResourceVersion));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (complete)
            {
                return Broken(version!, e);
            }

            var next = ReflectorTransitions.StreamFailed(state, e);
            return new Step(next, next is ReflectorState.Listing ? null : e);
        }

        _metrics.WatchRestarted(Name, "ended");
        return new Step(complete ? new ReflectorState.Watching(version!) : new ReflectorState.Listing(state.ResourceVersion));
    }

    private async Task<Step> WatchAsync(ReflectorState.Watching state, CancellationToken cancellationToken)
    {
        var timeout = NextWatchTimeout();
        var version = state.ResourceVersion;
        var started = _time.GetTimestamp();
        var frames = 0;
        using var guard = new Deadline(timeout + WatchGrace, _time, cancellationToken);
        try
        {
            await foreach (var frame in Watch(version, timeout, withInitialEvents: false, guard.Token))
            {
                frames++;
                if (Follow(frame, ref version!) is { } failed)
                {
                    return failed;
                }
            }
        }
        catch (OperationCanceledException) when (guard.HasPassed)
        {
            // The server fell silent without a word. What was missed comes with the next watch, from the same version.
            _metrics.WatchRestarted(Name, "stalled");
            return new Step(new ReflectorState.Watching(version));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return Broken(version, e);
        }

        // A server or proxy that closes each watch at once would be asked in a hot loop (client-go's VeryShortWatchError).
        var tooShort = frames == 0 && _time.GetElapsedTime(started) < VeryShort;
        _metrics.WatchRestarted(Name, tooShort ? "too_short" : "ended");
        if (!tooShort)
        {
            Recovered("watch");
        }

        // Under a burst of changes a server ends the watches of clients that it can't keep up with (the watch cache of 1.20), some of them at
        // once. Those that bring something in between show that it works: without this, waits would add up as if it did not.
        if (frames > 0)
        {
            _backoff.Reset();
        }

        return new Step(
            new ReflectorState.Watching(version),
            tooShort ? new KubernetesApiException("The watch ended within a second, without an event.", null) : null,
            "watch");
    }

    private TimeSpan NextWatchTimeout()
    {
        var timeout = TimeSpan.FromSeconds(240 + (50 * _random.NextDouble()));
        _heartbeat.ExpectWithin(timeout + WatchGrace + WatchGrace);
        return timeout;
    }

    private ConfiguredCancelableAsyncEnumerable<WatchEvent<T>> Watch(
        string? version, TimeSpan timeout, bool withInitialEvents, CancellationToken cancellationToken) =>
        _client.WatchAsync<T>(
            new WatchOptions
            {
                Namespace = _options.Namespace,
                LabelSelector = _options.LabelSelector,
                FieldSelector = _options.FieldSelector,
                ResourceVersion = version,
                Timeout = timeout,
                AllowBookmarks = true,
                SendInitialEvents = withInitialEvents,
            },
            cancellationToken).WithCancellation(cancellationToken);

    /// <summary>A frame that tells of a change, or of the watch's end: then what is to be done next.</summary>
    private Step? Follow(WatchEvent<T> frame, ref string? version)
    {
        if (frame.Type == WatchEventType.Error)
        {
            _metrics.WatchRestarted(Name, ReflectorTransitions.IsGone(frame.Status) ? "expired" : "error");
            var next = ReflectorTransitions.ErrorFrame(version!, frame.Status);
            return new Step(next, new KubernetesApiException(frame.Status?.Message ?? "The watch sent an error.", (HttpStatusCode?)frame.Status?.Code, frame.Status), "watch");
        }

        Recovered("watch");
        Take(frame, frame.Type == WatchEventType.Deleted ? ReflectorEventType.Delete : ReflectorEventType.Apply);
        if (frame.Undecodable is { Name: null or "" })
        {
            // Whatever it was, also a deletion: a list tells. (It may hold an object without a name too; then it proves no deletion.)
            _metrics.WatchRestarted(Name, "error");
            return new Step(new ReflectorState.Listing(version), new KubernetesApiException("a frame does not say whom it is about", null), "watch");
        }

        version = frame.ResourceVersion ?? version;
        return null;
    }

    private Step Broken(string version, Exception failure)
    {
        _metrics.WatchRestarted(Name, failure is KubernetesApiException { IsGone: true } ? "expired" : "error");
        return new Step(ReflectorTransitions.WatchFailed(version, failure), failure, "watch");
    }

    private void Complete()
    {
        _store.Apply(ReflectorEvent<T>.InitDone);
        _metrics.Listed(Name);
        Recovered("list");
    }

    private void Take(WatchEvent<T> frame, ReflectorEventType type)
    {
        if (frame.Undecodable is { } undecodable)
        {
            ReportUndecodable(undecodable);
            _store.Apply(ReflectorEvent<T>.Of(type, undecodable));
        }
        else if (frame.Type != WatchEventType.Bookmark && frame.Object is { } entity)
        {
            _store.Apply(ReflectorEvent<T>.Of(type, entity));
        }
    }

    private void ReportUndecodable(UndecodableObject undecodable)
    {
        _metrics.Undecodable(Name);
        ReflectorLog.Undecodable(_logger, Name, undecodable.Namespace, undecodable.Name, undecodable.Error);
    }

    private void Report(Step step, Exception failure, TimeSpan wait)
    {
        // Only a list that is refused, or answered (200) with what can't be read, means that the store may be wrong for long. A server that
        // is away is expected back.
        _refused = step.Verb == "list" && failure is KubernetesApiException
        {
            StatusCode: HttpStatusCode.OK or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound
        };
        var problem = $"{step.Verb} {Name}: {failure.Message}";
        if (problem != _problem)
        {
            ReflectorLog.Failed(_logger, Name, step.Verb, failure.Message, wait.TotalSeconds);
        }

        _problem = problem;
        _problemVerb = step.Verb;
    }

    // A list that works says nothing of the watch: only a watch that lives ends the watch's problem, or the log would flap.
    private void Recovered(string verb)
    {
        _refused = false;
        if (_problem is null || (verb == "list" && _problemVerb == "watch"))
        {
            return;
        }

        ReflectorLog.Recovered(_logger, Name);
        _problem = null;
    }

    private readonly record struct Step(ReflectorState Next, Exception? Failure = null, string Verb = "list");
}

internal static partial class ReflectorLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Resource}: {Verb} failed, trying again (next in {Seconds:0.0} s): {Error}")]
    public static partial void Failed(ILogger logger, string resource, string verb, string error, double seconds);

    [LoggerMessage(2, LogLevel.Information, "{Resource}: listed and watching again")]
    public static partial void Recovered(ILogger logger, string resource);

    [LoggerMessage(3, LogLevel.Warning, "{Resource}: {Namespace}/{Name} can't be read and is left as it is: {Error}")]
    public static partial void Undecodable(ILogger logger, string resource, string? @namespace, string? name, string error);
}
