using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Definitions = Reconciler.Runtime.Telemetry.RuntimeMetricDefinitions;

namespace Reconciler.Runtime.Telemetry;

/// <summary>The runtime's meter, <c>Reconciler.Runtime</c>, with the metrics of <see cref="RuntimeMetricDefinitions"/>.</summary>
public sealed class RuntimeMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Reconciler.Runtime";

    private readonly ConcurrentDictionary<string, Func<QueueReading>> _queues = new();
    private readonly ConcurrentDictionary<string, (int Most, Func<int> Active)> _workers = new();
    private readonly ConcurrentDictionary<string, Func<int>> _stores = new();
    private readonly ConcurrentDictionary<string, Func<bool>> _leases = new();
    private readonly Meter _meter;
    private readonly Counter<long> _queueAdds;
    private readonly Counter<long> _queueRetries;
    private readonly Histogram<double> _queueDuration;
    private readonly Histogram<double> _workDuration;
    private readonly Histogram<double> _reconcileDuration;
    private readonly Counter<long> _reconciles;
    private readonly Counter<long> _reconcileErrors;
    private readonly Counter<long> _lists;
    private readonly Counter<long> _watchRestarts;
    private readonly Counter<long> _undecodable;
    private readonly Counter<long> _statusWrites;
    private readonly Counter<long> _events;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _requestDuration;
    private readonly Counter<long> _webhookRequests;
    private readonly Histogram<double> _webhookLatency;

    /// <summary>Metrics of one process.</summary>
    /// <param name="factory">Null: a meter of its own.</param>
    public RuntimeMetrics(IMeterFactory? factory = null)
    {
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        ProcessMetrics.Observe(_meter);
        Definitions.QueueDepth.ObserveGauge(_meter, () => _queues.SelectMany(q => Depths(q.Key, q.Value())));
        Definitions.UnfinishedWork.ObserveGauge(_meter, () => _queues.Select(q => Of(q.Value().Unfinished.TotalSeconds, "name", q.Key)));
        Definitions.LongestRunning.ObserveGauge(_meter, () => _queues.Select(q => Of(q.Value().Longest.TotalSeconds, "name", q.Key)));
        Definitions.ActiveWorkers.ObserveGauge(_meter, () => _workers.Select(w => Of(w.Value.Active(), "controller", w.Key)));
        Definitions.MaxWorkers.ObserveGauge(_meter, () => _workers.Select(w => Of(w.Value.Most, "controller", w.Key)));
        Definitions.StoreObjects.ObserveGauge(_meter, () => _stores.Select(s => Of(s.Value(), "resource", s.Key)));
        Definitions.Leader.ObserveGauge(_meter, () => _leases.Select(l => Of(l.Value() ? 1 : 0, "name", l.Key)));
        _queueAdds = Definitions.QueueAdds.CreateCounter(_meter);
        _queueRetries = Definitions.QueueRetries.CreateCounter(_meter);
        _queueDuration = Definitions.QueueDuration.CreateHistogram(_meter);
        _workDuration = Definitions.WorkDuration.CreateHistogram(_meter);
        _reconcileDuration = Definitions.ReconcileDuration.CreateHistogram(_meter);
        _reconciles = Definitions.Reconciles.CreateCounter(_meter);
        _reconcileErrors = Definitions.ReconcileErrors.CreateCounter(_meter);
        _lists = Definitions.Lists.CreateCounter(_meter);
        _watchRestarts = Definitions.WatchRestarts.CreateCounter(_meter);
        _undecodable = Definitions.Undecodable.CreateCounter(_meter);
        _statusWrites = Definitions.StatusWrites.CreateCounter(_meter);
        _events = Definitions.Events.CreateCounter(_meter);
        _requests = Definitions.Requests.CreateCounter(_meter);
        _requestDuration = Definitions.RequestDuration.CreateHistogram(_meter);
        _webhookRequests = Definitions.WebhookRequests.CreateCounter(_meter);
        _webhookLatency = Definitions.WebhookLatency.CreateHistogram(_meter);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void ObserveQueue(string queue, Func<QueueReading> reading) => _queues[queue] = reading;

    internal void ObserveWorkers(string controller, int most, Func<int> active) => _workers[controller] = (most, active);

    internal void ObserveStore(string resource, Func<int> count) => _stores[resource] = count;

    internal void ObserveLeader(string lease, Func<bool> isLeader) => _leases[lease] = isLeader;

    // A counter that is there, at 0, can be alerted on.
    internal void ControllerStarted(string controller)
    {
        _queueRetries.Add(0, new KeyValuePair<string, object?>("name", controller));
        _reconcileErrors.Add(0, new KeyValuePair<string, object?>("controller", controller));
    }

    internal void ReflectorStarted(string resource)
    {
        _watchRestarts.Add(0, new("resource", resource), new("reason", "ended"));
        _undecodable.Add(0, new KeyValuePair<string, object?>("resource", resource));
    }

    internal void QueueAdded(string queue) => _queueAdds.Add(1, new KeyValuePair<string, object?>("name", queue));

    internal void QueueRetried(string queue) => _queueRetries.Add(1, new KeyValuePair<string, object?>("name", queue));

    internal void QueueTaken(string queue, TimeSpan waited) =>
        _queueDuration.Record(waited.TotalSeconds, new KeyValuePair<string, object?>("name", queue));

    internal void QueueDone(string queue, TimeSpan worked) =>
        _workDuration.Record(worked.TotalSeconds, new KeyValuePair<string, object?>("name", queue));

    internal void Reconciled(string controller, string result, TimeSpan duration)
    {
        var label = new KeyValuePair<string, object?>("controller", controller);
        _reconcileDuration.Record(duration.TotalSeconds, label);
        _reconciles.Add(1, label, new("result", result));
        if (result is not ("success" or "requeue_after"))
        {
            _reconcileErrors.Add(1, label);
        }
    }

    internal void Listed(string resource) => _lists.Add(1, new KeyValuePair<string, object?>("resource", resource));

    internal void WatchRestarted(string resource, string reason) => _watchRestarts.Add(1, new("resource", resource), new("reason", reason));

    internal void Undecodable(string resource) => _undecodable.Add(1, new KeyValuePair<string, object?>("resource", resource));

    internal void StatusWrite(string resource, bool written) =>
        _statusWrites.Add(1, new("resource", resource), new("result", written ? "written" : "skipped"));

    internal void Event(string result) => _events.Add(1, new KeyValuePair<string, object?>("result", result));

    internal void Requested(string verb, string resource, string code, TimeSpan? duration)
    {
        _requests.Add(1, new("verb", verb), new("resource", resource), new("code", code));
        if (duration is { } measured)
        {
            _requestDuration.Record(measured.TotalSeconds, new("verb", verb), new("resource", resource));
        }
    }

    internal void Reviewed(string webhook, int code, TimeSpan duration)
    {
        _webhookRequests.Add(1, new("webhook", webhook), new("code", code.ToString(CultureInfo.InvariantCulture)));
        _webhookLatency.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("webhook", webhook));
    }

    private static IEnumerable<Measurement<double>> Depths(string queue, QueueReading reading) =>
    [
        new(reading.High, new("name", queue), new("priority", "high")),
        new(reading.Low, new("name", queue), new("priority", "low")),
    ];

    private static Measurement<double> Of(double value, string label, string of) => new(value, new KeyValuePair<string, object?>(label, of));
}
