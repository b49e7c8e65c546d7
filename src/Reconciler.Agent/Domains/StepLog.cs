using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Reconciler.Agent.Telemetry;
using Reconciler.Xen.Execution;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.Domains;

/// <summary>Each step leaves one log line, one measurement and one span.</summary>
internal sealed partial class StepLog : IStepObserver, IDisposable
{
    private readonly ILogger _logger;
    private readonly ActivitySource _source = new(AgentMetrics.Name);
    private readonly AgentMetrics _metrics;
    private readonly AsyncLocal<Activity?> _current = new();

    public StepLog(ILoggerFactory loggers, AgentMetrics metrics)
    {
        _logger = loggers.CreateLogger("Reconciler.Agent.Step");
        _metrics = metrics;
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
        _metrics.StepEnded(step.Name, word, outcome.Duration);
        if (outcome.Succeeded)
            Log.Done(_logger, step.Name, key.XenName, key.Uuid, outcome.CreatedDomid, outcome.Duration.TotalSeconds);
        else if (outcome.StopReason is StopReason.Postponed)
            Log.Postponed(_logger, step.Name, key.XenName, key.Uuid);
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
    public void Dispose() => _source.Dispose();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Step} {XenName} ({Uuid}): done, domid {Domid}, {Seconds:0.000} s")]
        public static partial void Done(ILogger logger, string step, string xenName, Guid uuid, int? domid, double seconds);

        [LoggerMessage(2, LogLevel.Warning, "{Step} {XenName} ({Uuid}): {Outcome}: {Error} ({Seconds:0.000} s)")]
        public static partial void NotDone(ILogger logger, string step, string xenName, Guid uuid, string outcome, string error, double seconds);

        [LoggerMessage(3, LogLevel.Debug, "{Step} {XenName} ({Uuid}): not begun, others have taken long")]
        public static partial void Postponed(ILogger logger, string step, string xenName, Guid uuid);
    }
}
