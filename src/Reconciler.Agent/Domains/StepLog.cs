using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Reconciler.Xen.Execution;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.Domains;

/// <summary>Each step leaves one log line, one measurement and one span.</summary>
/// <remarks>
/// Meter and activity source <c>Reconciler.Agent</c>; <c>reconciler_step_duration_seconds{step,outcome}</c>, histogram: outcome is done, Failed,
/// NoLongerApplies or Cancelled.
/// </remarks>
internal sealed partial class StepLog : IStepObserver, IDisposable
{
    public const string Name = "Reconciler.Agent";

    private readonly ILogger _logger;
    private readonly ActivitySource _source = new(Name);
    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly AsyncLocal<Activity?> _current = new();

    public StepLog(ILoggerFactory loggers, IMeterFactory? meters = null)
    {
        _logger = loggers.CreateLogger("Reconciler.Agent.Step");
        _meter = meters?.Create(Name) ?? new Meter(Name);
        _duration = _meter.CreateHistogram<double>("reconciler_step_duration_seconds", "s", "Duration of one step on the host.");
    }

    /// <inheritdoc/>
    public void StepStarting(DomainKey key, Step step)
    {
        _current.Value = _source.StartActivity($"step {step.Name}");
        _current.Value?.SetTag("xen.name", key.XenName).SetTag("xen.uuid", key.Uuid.ToString("D"));
    }

    /// <inheritdoc/>
    public void StepEnded(DomainKey key, Step step, StepOutcome outcome)
    {
        var word = outcome.StopReason?.ToString() ?? "done";
        _duration.Record(outcome.Duration.TotalSeconds, new("step", step.Name), new("outcome", word));
        if (outcome.Succeeded)
            Log.Done(_logger, step.Name, key.XenName, key.Uuid, outcome.CreatedDomid, outcome.Duration.TotalSeconds);
        else
            Log.NotDone(_logger, step.Name, key.XenName, key.Uuid, word, outcome.Objection ?? outcome.Error?.Message ?? "the process stops", outcome.Duration.TotalSeconds);

        if (_current.Value is { } activity)
        {
            activity.SetTag("outcome", word);
            if (outcome.Error is { } error)
                activity.SetStatus(ActivityStatusCode.Error, error.Message);
            activity.Dispose();
            _current.Value = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _source.Dispose();
        _meter.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Step} {XenName} ({Uuid}): done, domid {Domid}, {Seconds:0.000} s")]
        public static partial void Done(ILogger logger, string step, string xenName, Guid uuid, int? domid, double seconds);

        [LoggerMessage(2, LogLevel.Warning, "{Step} {XenName} ({Uuid}): {Outcome}: {Error} ({Seconds:0.000} s)")]
        public static partial void NotDone(ILogger logger, string step, string xenName, Guid uuid, string outcome, string error, double seconds);
    }
}
