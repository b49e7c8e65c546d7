using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Events;
using Reconciler.Runtime.Leadership;

namespace Reconciler.Runtime.Hosting;

/// <summary>The order in which everything starts and stops.</summary>
/// <remarks>
/// Start: probes, webhooks, stores, events, background parts, controllers that need no leadership, election, parts and controllers that
/// need it (each controller waits for all stores). Stop: intake and watches, reconciles in progress, background parts, events, the lead,
/// webhooks, probes.
/// </remarks>
internal sealed class OperatorHost(
    IEnumerable<IOperatorPart> parts,
    IEnumerable<IReflector> reflectors,
    IEnumerable<ControllerRegistration> controllers,
    EventPublisher events,
    ILeadership? leadership,
    OperatorSettings settings,
    IHostApplicationLifetime lifetime,
    RuntimeServices services) : IHostedService, IDisposable
{
    // sysexits.h EX_TEMPFAIL: it is to be started again.
    private const int LeadershipLost = 75;
    private const int LoopFailed = 70;

    private readonly ILogger _logger = services.LoggerFactory.CreateLogger("Reconciler.Runtime.Operator");
    private readonly List<IOperatorPart> _parts = [.. parts.OrderBy(p => p.Order)];
    private readonly List<IReflector> _reflectors = [.. reflectors];
    private readonly List<ControllerRegistration> _controllers = [.. controllers];
    private readonly List<IOperatorPart> _started = [];
    private readonly CancellationTokenSource _work = new();
    private readonly CancellationTokenSource _publish = new();
    private readonly CancellationTokenSource _lead = new();
    private readonly List<Task> _watching = [];
    private readonly List<Task> _working = [];
    private Task _publishing = Task.CompletedTask;
    private Task _leading = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await StartPartsAsync(p => p.Order < OperatorPartOrder.Background, cancellationToken);
        foreach (var reflector in _reflectors)
        {
            _watching.Add(SuperviseAsync(reflector.RunAsync, $"reflector {reflector.Name}", _work.Token));
        }

        _publishing = SuperviseAsync(events.RunAsync, "events", _publish.Token);
        await StartPartsAsync(p => p.Order == OperatorPartOrder.Background, cancellationToken);
        StartControllers(c => !c.NeedsLeadership);
        if (leadership is null)
        {
            await StartLeadingAsync(cancellationToken);
        }
        else
        {
            _leading = SuperviseAsync(token => LeadAsync(leadership, token), "leader election", _lead.Token);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        OperatorLog.Stopping(_logger);
        await _work.CancelAsync();
        var drained = await EndOfAsync(Task.WhenAll(SnapshotOfWork()), settings.DrainTimeout, "reconciles in progress");
        await EndOfAsync(Task.WhenAll(_watching), settings.FlushTimeout, "watches");
        await StopPartsAsync(p => p.Order >= OperatorPartOrder.Background, cancellationToken);

        await _publish.CancelAsync();
        using (var flush = new CancellationTokenSource(settings.FlushTimeout, services.Time))
        {
            await EndOfAsync(_publishing, settings.FlushTimeout, "events");
            await events.FlushAsync(flush.Token);
        }

        await _lead.CancelAsync();
        await EndOfAsync(_leading, settings.FlushTimeout, "leader election");
        if (leadership is not null && drained)
        {
            // Not while something may still write: then the lease runs out by itself, after this process has.
            using var release = new CancellationTokenSource(settings.FlushTimeout, services.Time);
            await leadership.ReleaseAsync(release.Token);
        }

        await StopPartsAsync(_ => true, cancellationToken);
        OperatorLog.Stopped(_logger);
    }

    public void Dispose()
    {
        _work.Dispose();
        _publish.Dispose();
        _lead.Dispose();
    }

    private async Task LeadAsync(ILeadership leadership, CancellationToken cancellationToken)
    {
        using var campaign = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _work.Token);
        await leadership.AcquireAsync(campaign.Token);
        await StartLeadingAsync(campaign.Token);
        if (await leadership.HoldAsync(cancellationToken))
        {
            // At once: what is in progress here is as wrong as what would come.
            settings.Exit(LeadershipLost);
        }
    }

    private async Task StartLeadingAsync(CancellationToken cancellationToken)
    {
        await StartPartsAsync(p => p.Order == OperatorPartOrder.Leading, cancellationToken);
        StartControllers(c => c.NeedsLeadership);
    }

    private void StartControllers(Func<ControllerRegistration, bool> which)
    {
        lock (_working)
        {
            foreach (var (controller, _) in _controllers.Where(which))
            {
                _working.Add(SuperviseAsync(controller.RunAsync, $"controller {controller.Name}", _work.Token));
            }
        }
    }

    private List<Task> SnapshotOfWork()
    {
        lock (_working)
        {
            return [.. _working];
        }
    }

    private async Task StartPartsAsync(Func<IOperatorPart, bool> which, CancellationToken cancellationToken)
    {
        foreach (var part in _parts.Where(which))
        {
            await part.StartAsync(cancellationToken);
            lock (_started)
            {
                _started.Add(part);
            }
        }
    }

    private async Task StopPartsAsync(Func<IOperatorPart, bool> which, CancellationToken cancellationToken)
    {
        List<IOperatorPart> stopping;
        lock (_started)
        {
            stopping = [.. _started.Where(which).Reverse()];
            _started.RemoveAll(stopping.Contains);
        }

        foreach (var part in stopping)
        {
            try
            {
                await part.StopAsync(cancellationToken);
            }
            catch (Exception e)
            {
                OperatorLog.PartNotStopped(_logger, part.GetType().Name, e);
            }
        }
    }

    /// <summary>A loop that ends by itself has a bug; half an operator is worse than a restart.</summary>
    private async Task SuperviseAsync(Func<CancellationToken, Task> loop, string name, CancellationToken cancellationToken)
    {
        try
        {
            await loop(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || _work.IsCancellationRequested)
        {
            // The way it ends.
        }
        catch (Exception e)
        {
            OperatorLog.LoopFailed(_logger, name, e);
            Environment.ExitCode = LoopFailed;
            lifetime.StopApplication();
        }
    }

    private async Task<bool> EndOfAsync(Task task, TimeSpan limit, string what)
    {
        try
        {
            await task.WaitAsync(limit, services.Time);
            return true;
        }
        catch (TimeoutException)
        {
            OperatorLog.NotEnded(_logger, what, limit.TotalSeconds);
            return false;
        }
    }
}

internal static partial class OperatorLog
{
    [LoggerMessage(1, LogLevel.Information, "Stopping: no new work, waiting for what is in progress")]
    public static partial void Stopping(ILogger logger);

    [LoggerMessage(2, LogLevel.Information, "Stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(3, LogLevel.Critical, "{Loop} ended by an error that it should have handled; the process stops")]
    public static partial void LoopFailed(ILogger logger, string loop, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "{What} did not end within {Seconds} s and is left behind")]
    public static partial void NotEnded(ILogger logger, string what, double seconds);

    [LoggerMessage(5, LogLevel.Warning, "{Part} could not be stopped")]
    public static partial void PartNotStopped(ILogger logger, string part, Exception exception);
}
