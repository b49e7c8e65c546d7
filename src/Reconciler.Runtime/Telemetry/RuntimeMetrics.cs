using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Reconciler.Runtime.Telemetry;

/// <summary>The runtime's meter, <c>Reconciler.Runtime</c>. Times are seconds. On /metrics counters end in <c>_total</c>.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>reconciler_queue_depth{queue,priority}</term><description>gauge: keys that wait for a worker</description></item>
/// <item><term>reconciler_queue_adds{queue}</term><description>counter: keys that became ready to run</description></item>
/// <item><term>reconciler_queue_latency_seconds{queue}</term><description>histogram: from ready to taken by a worker</description></item>
/// <item><term>reconciler_queue_retries{queue}</term><description>counter: keys put back after a failure</description></item>
/// <item><term>reconciler_reconcile_duration_seconds{controller}</term><description>histogram: one reconcile</description></item>
/// <item><term>reconciler_reconciles{controller,result}</term><description>counter; result is success, requeue, failure, terminal, error or timeout</description></item>
/// <item><term>reconciler_lists{resource}</term><description>counter: complete lists</description></item>
/// <item><term>reconciler_watch_ends{resource,reason}</term><description>counter; reason is ended, expired, error, stalled or too short</description></item>
/// <item><term>reconciler_undecodable_objects{resource}</term><description>counter: objects that could not be read</description></item>
/// <item><term>reconciler_status_writes{resource,result}</term><description>counter; result is written or skipped</description></item>
/// <item><term>reconciler_events{result}</term><description>counter; result is written, dropped or failed</description></item>
/// <item><term>reconciler_leader</term><description>gauge: 1 while this process leads</description></item>
/// </list>
/// </remarks>
public sealed class RuntimeMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Reconciler.Runtime";

    private readonly ConcurrentDictionary<string, Func<(int High, int Low)>> _queues = new();
    private readonly Meter _meter;
    private readonly Counter<long> _queueAdds;
    private readonly Counter<long> _queueRetries;
    private readonly Histogram<double> _queueLatency;
    private readonly Histogram<double> _reconcileDuration;
    private readonly Counter<long> _reconciles;
    private readonly Counter<long> _lists;
    private readonly Counter<long> _watchEnds;
    private readonly Counter<long> _undecodable;
    private readonly Counter<long> _statusWrites;
    private readonly Counter<long> _events;
    private Func<bool>? _isLeader;

    /// <summary>Metrics of one process.</summary>
    /// <param name="factory">Null: a meter of its own.</param>
    public RuntimeMetrics(IMeterFactory? factory = null)
    {
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _meter.CreateObservableGauge("reconciler_queue_depth", Depths, description: "Keys that wait for a worker.");
        _meter.CreateObservableGauge("reconciler_leader", () => _isLeader?.Invoke() == true ? 1 : 0, description: "1 while this process leads.");
        _queueAdds = _meter.CreateCounter<long>("reconciler_queue_adds", description: "Keys that became ready to run.");
        _queueRetries = _meter.CreateCounter<long>("reconciler_queue_retries", description: "Keys put back after a failure.");
        _queueLatency = _meter.CreateHistogram<double>("reconciler_queue_latency_seconds", "s", "From ready to taken by a worker.");
        _reconcileDuration = _meter.CreateHistogram<double>("reconciler_reconcile_duration_seconds", "s", "Duration of one reconcile.");
        _reconciles = _meter.CreateCounter<long>("reconciler_reconciles", description: "Reconciles by result.");
        _lists = _meter.CreateCounter<long>("reconciler_lists", description: "Complete lists.");
        _watchEnds = _meter.CreateCounter<long>("reconciler_watch_ends", description: "Ends of watches by reason.");
        _undecodable = _meter.CreateCounter<long>("reconciler_undecodable_objects", description: "Objects that could not be read.");
        _statusWrites = _meter.CreateCounter<long>("reconciler_status_writes", description: "Status writes, and those spared because nothing changed.");
        _events = _meter.CreateCounter<long>("reconciler_events", description: "Kubernetes events by what became of them.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void ObserveQueue(string queue, Func<(int High, int Low)> depth) => _queues[queue] = depth;

    internal void ObserveLeader(Func<bool> isLeader) => _isLeader = isLeader;

    internal void QueueAdded(string queue) => _queueAdds.Add(1, new KeyValuePair<string, object?>("queue", queue));

    internal void QueueRetried(string queue) => _queueRetries.Add(1, new KeyValuePair<string, object?>("queue", queue));

    internal void QueueTaken(string queue, TimeSpan waited) =>
        _queueLatency.Record(waited.TotalSeconds, new KeyValuePair<string, object?>("queue", queue));

    internal void Reconciled(string controller, string result, TimeSpan duration)
    {
        _reconcileDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("controller", controller));
        _reconciles.Add(1, new("controller", controller), new("result", result));
    }

    internal void Listed(string resource) => _lists.Add(1, new KeyValuePair<string, object?>("resource", resource));

    internal void WatchEnded(string resource, string reason) => _watchEnds.Add(1, new("resource", resource), new("reason", reason));

    internal void Undecodable(string resource) => _undecodable.Add(1, new KeyValuePair<string, object?>("resource", resource));

    internal void StatusWrite(string resource, bool written) =>
        _statusWrites.Add(1, new("resource", resource), new("result", written ? "written" : "skipped"));

    internal void Event(string result) => _events.Add(1, new KeyValuePair<string, object?>("result", result));

    private IEnumerable<Measurement<int>> Depths()
    {
        foreach (var (queue, depth) in _queues)
        {
            var (high, low) = depth();
            yield return new(high, new("queue", queue), new("priority", "high"));
            yield return new(low, new("queue", queue), new("priority", "low"));
        }
    }
}
