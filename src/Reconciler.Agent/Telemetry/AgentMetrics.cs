using System.Diagnostics.Metrics;
using Reconciler.Runtime.Telemetry;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light;

namespace Reconciler.Agent.Telemetry;

/// <summary>The agent's own metrics, of meter <c>Reconciler.Agent</c>: what is done on the host, and what its workers go through.</summary>
internal sealed class AgentMetrics : IDisposable
{
    /// <summary>The name of the meter, and of the source of the steps' spans.</summary>
    public const string Name = "Reconciler.Agent";

    private static readonly MetricDefinition Steps = new(
        "reconciler_step_duration_seconds", MetricType.Histogram, "Duration of one step on the host, from before its guard was checked.",
        new("step", "`CreatePaused`, `Unpause`, `Pause`, `RequestShutdown`, `WithdrawShutdown`, `Destroy`, `AttachDisk`, `AttachNic`, `ConfigureNic`, `RequestDetach` or `Detach`"),
        new("outcome", "`done`; `Failed`; `NoLongerApplies`: the host had changed; `Cancelled`: before it began; `Postponed`: too, as others took long"));

    private static readonly MetricDefinition WorkerKills = new(
        "reconciler_worker_kills_total", MetricType.Counter, "libxl worker processes that were given up and replaced. A simulated host has none.",
        new MetricLabel("reason", "`timeout`: its operation exceeded its limit; `lost`: it ended by itself, or answered what can't be understood"));

    private readonly Meter _meter;
    private readonly Histogram<double> _steps;

    /// <param name="host">Whose workers are counted.</param>
    /// <param name="factory">Null: a meter of its own.</param>
    public AgentMetrics(IXenHost host, IMeterFactory? factory = null)
    {
        _meter = factory?.Create(Name) ?? new Meter(Name);
        _steps = Steps.CreateHistogram(_meter);
        WorkerKills.ObserveCounter(_meter, () =>
        {
            var losses = (host as LibxlHost)?.WorkerLosses ?? default;
            return [new(losses.TimedOut, new KeyValuePair<string, object?>("reason", "timeout")), new(losses.Lost, new KeyValuePair<string, object?>("reason", "lost"))];
        });
    }

    /// <summary>All of them, for the reference.</summary>
    public static IReadOnlyList<MetricDefinition> Definitions { get; } = [Steps, WorkerKills];

    public void StepEnded(string step, string outcome, TimeSpan duration) =>
        _steps.Record(duration.TotalSeconds, new("step", step), new("outcome", outcome));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
