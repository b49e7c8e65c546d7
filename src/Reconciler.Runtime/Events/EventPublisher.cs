using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Telemetry;

namespace Reconciler.Runtime.Events;

/// <summary>Tells users what happened to their objects (events.k8s.io/v1), without ever holding up or failing what it tells of.</summary>
/// <remarks>Events are hints: when the API server is away for long they are dropped. What must be known is in the status.</remarks>
public sealed class EventPublisher
{
    private const int QueueLength = 4096;
    private const int Tries = 12;
    private const int NoteBytes = 1024;
    private const int NameLength = 253;
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    private readonly IKubernetesClient _client;
    private readonly string _controller;
    private readonly string _instance;
    private readonly RuntimeServices _services;
    private readonly ILogger _logger;
    private readonly EventSeriesCache _series = new();
    private readonly Channel<Occurrence> _occurrences =
        Channel.CreateBounded<Occurrence>(new BoundedChannelOptions(QueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly EventPace _pace;
    private readonly ClusterScopedEvents _clusterScoped = new();

    private EventWrite? _interrupted;
    private bool _isFlushing;
    private long _serial;

    /// <summary>A publisher that only collects until it runs.</summary>
    /// <param name="client">The API.</param>
    /// <param name="reportingController">Who reports, a qualified name: "xen.reconciler.dev/agent".</param>
    /// <param name="reportingInstance">Which of its processes: the pod's or the node's name.</param>
    /// <param name="services">Clock, chance, logs, metrics.</param>
    public EventPublisher(IKubernetesClient client, string reportingController, string reportingInstance, RuntimeServices services)
    {
        ArgumentNullException.ThrowIfNull(services);
        _client = client;
        _controller = reportingController;
        _instance = Truncate(reportingInstance, 128);
        _services = services;
        _pace = new EventPace(services.Time);
        _logger = services.LoggerFactory.CreateLogger("Reconciler.Runtime.EventPublisher");
    }

    /// <summary>Queues an event. Returns at once and never throws for the API's sake.</summary>
    /// <param name="regarding">The object that it happened to.</param>
    /// <param name="type">Warning for what a user should look at.</param>
    /// <param name="reason">Why, CamelCase: "KernelNotFound".</param>
    /// <param name="action">What was done or tried, CamelCase: "Create".</param>
    /// <param name="note">For people; cut at 1 KiB.</param>
    /// <param name="related">A second object that takes part.</param>
    public void Publish<T>(T regarding, EventType type, string reason, string action, string note, ObjectReference? related = null)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(regarding);
        var reference = new ObjectReference
        {
            ApiVersion = Kind<T>.Definition.ApiVersion,
            Kind = Kind<T>.Definition.Kind,
            Namespace = regarding.Metadata.Namespace,
            Name = regarding.Metadata.Name,
            Uid = regarding.Metadata.Uid,
        };
        var occurrence = new Occurrence(
            new EventKey(type, Truncate(action, 128), Truncate(reason, 128), reference, related),
            reference with { ResourceVersion = regarding.Metadata.ResourceVersion },
            Truncate(note, NoteBytes),
            _services.Time.GetUtcNow(),
            Activity.Current?.Context ?? default);
        if (!_occurrences.Writer.TryWrite(occurrence))
        {
            _services.Metrics.Event("dropped");
        }
    }

    /// <summary>Writes what was published, until cancelled. Then <see cref="FlushAsync"/> writes the rest.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var reading = _occurrences.Reader.WaitToReadAsync(cancellationToken).AsTask();
            while (true)
            {
                // Without a series to look after there is nothing to wake up for.
                using var nap = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var sweep = _series.IsEmpty ? Task.Delay(Timeout.InfiniteTimeSpan, nap.Token) : Task.Delay(SweepPeriod, _services.Time, nap.Token);
                var first = await Task.WhenAny(reading, sweep);
                await nap.CancelAsync();
                if (first == reading)
                {
                    if (!await reading)
                    {
                        return;
                    }

                    await DrainAsync(cancellationToken);
                    reading = _occurrences.Reader.WaitToReadAsync(cancellationToken).AsTask();
                }

                cancellationToken.ThrowIfCancellationRequested();
                await WriteAllAsync(_series.Sweep(_services.Time.GetUtcNow()), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The way it ends.
        }
    }

    /// <summary>Takes nothing in any more and writes what is left, each with one try. After <see cref="RunAsync"/> has ended.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        _occurrences.Writer.TryComplete();
        _isFlushing = true;
        try
        {
            if (_interrupted is { } write)
            {
                await WriteAsync(write, cancellationToken);
            }

            await DrainAsync(cancellationToken);
            await WriteAllAsync(_series.Sweep(_services.Time.GetUtcNow(), all: true), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Out of time.
        }
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && _occurrences.Reader.TryRead(out var occurrence))
        {
            if (_series.Record(occurrence, Create) is { } write)
            {
                await WriteAsync(write, cancellationToken);
            }
        }
    }

    private async Task WriteAllAsync(IReadOnlyList<EventWrite> writes, CancellationToken cancellationToken)
    {
        foreach (var write in writes)
        {
            await WriteAsync(write, cancellationToken);
        }
    }

    private async Task WriteAsync(EventWrite write, CancellationToken cancellationToken)
    {
        // A stop in the middle leaves it to the flush; an event that had arrived after all is known by its name.
        _interrupted = write;
        if (!_isFlushing)
        {
            await _pace.TurnAsync(cancellationToken);
        }

        await TryWriteAsync(write, cancellationToken);
        _interrupted = null;
    }

    private async Task TryWriteAsync(EventWrite write, CancellationToken cancellationToken)
    {
        // In the trace of what it tells of, though written after that has ended.
        using var activity = write.Origin == default ? null : RuntimeActivity.Source.StartActivity("event", ActivityKind.Internal, write.Origin);
        var backoff = new RetryBackoff(_services.Time, _services.Random);
        for (var attempt = 1; ; attempt++)
        {
            using var deadline = new Deadline(CallTimeout, _services.Time, cancellationToken);
            try
            {
                await SendAsync(write, deadline.Token);
                _services.Metrics.Event("written");
                return;
            }
            catch (KubernetesApiException e) when (e.IsAlreadyExists)
            {
                // An earlier try had arrived after all.
                return;
            }
            catch (KubernetesApiException e) when (_clusterScoped.IsRefused(e))
            {
                _clusterScoped.Move();
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                if (attempt >= (_isFlushing ? 1 : Tries) || e is KubernetesApiException { IsTransient: false })
                {
                    _services.Metrics.Event("failed");
                    EventLog.NotWritten(_logger, write.Event.Reason, write.Event.Regarding?.Namespace, write.Event.Regarding?.Name, e.Message);
                    return;
                }

                await Task.Delay(backoff.Next((e as KubernetesApiException)?.RetryAfter), _services.Time, cancellationToken);
            }
        }
    }

    private async Task SendAsync(EventWrite write, CancellationToken cancellationToken)
    {
        var series = write.Series;
        var entity = _clusterScoped.Place(write.Event);
        if (series is null)
        {
            await _client.CreateAsync(entity, cancellationToken);
            return;
        }

        var json = JsonSerializer.SerializeToNode(entity with { Series = series }, Event.Definition.JsonTypeInfo)!;
        try
        {
            await _client.PatchAsync<Event>(
                entity.Metadata.Name!, entity.Metadata.Namespace, new JsonPatch().Add("/series", json["series"]), cancellationToken);
        }
        catch (KubernetesApiException e) when (e.IsNotFound)
        {
            // Events live an hour, series may live longer; or the first write was dropped.
            await _client.CreateAsync(entity with { Series = series }, cancellationToken);
        }
    }

    private Event Create(Occurrence occurrence)
    {
        // client-go's form: the object's name and the time, which sorts and is unique per process with a serial number.
        var suffix = $".{occurrence.At.UtcTicks:x}{_serial++ & 0xfff:x3}";
        var name = occurrence.Regarding.Name ?? "unknown";
        return new Event
        {
            Metadata = new ObjectMeta
            {
                Name = name[..Math.Min(name.Length, NameLength - suffix.Length)] + suffix,
                Namespace = occurrence.Regarding.Namespace,
            },
            EventTime = occurrence.At,
            ReportingController = _controller,
            ReportingInstance = _instance,
            Action = occurrence.Key.Action,
            Reason = occurrence.Key.Reason,
            Regarding = occurrence.Regarding,
            Related = occurrence.Key.Related,
            Note = occurrence.Note,
            Type = occurrence.Key.Type == EventType.Warning ? "Warning" : "Normal",
        };
    }

    private static string Truncate(string text, int bytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= bytes)
        {
            return text;
        }

        const string Mark = "...";
        var kept = new StringBuilder();
        var left = bytes - Mark.Length;
        foreach (var rune in text.EnumerateRunes())
        {
            left -= rune.Utf8SequenceLength;
            if (left < 0)
            {
                break;
            }

            kept.Append(rune);
        }

        return kept.Append(Mark).ToString();
    }
}

internal static partial class EventLog
{
    [LoggerMessage(1, LogLevel.Warning, "Event {Reason} on {Namespace}/{Name} could not be written: {Error}")]
    public static partial void NotWritten(ILogger logger, string? reason, string? @namespace, string? name, string error);
}
