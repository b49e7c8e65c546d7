using System.Diagnostics;
using System.Globalization;
using Reconciler.Scale.Fleet;
using Reconciler.Scale.Measuring;
using Reconciler.Testing;
using Reconciler.Testing.Lab;

namespace Reconciler.Scale.OneAgent;

/// <summary>The published agent on a simulated host whose guests outlive it.</summary>
internal sealed class AgentProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly ChildProcess _process;
    private readonly HttpClient _metrics;

    /// <param name="kubeconfig">Of the API server.</param>
    /// <param name="state">The folder of the simulated host.</param>
    /// <param name="name">Of the log.</param>
    /// <param name="arguments">Further ones of the agent.</param>
    public AgentProcess(string kubeconfig, string state, string name, params IEnumerable<string> arguments)
    {
        var port = LoopbackPort.Free();
        var logs = Directory.CreateDirectory(ScalePaths.Logs).FullName;
        _process = ChildProcess.Start(
            Path.Combine(logs, $"{name}.log"), Programs.Agent,
            ["--kubeconfig", kubeconfig, "--host", "simulated", "--state", state, "--node-name", AgentFleet.HostName(0),
             "--health-port", port.ToString(CultureInfo.InvariantCulture), .. arguments]);
        _metrics = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public ProcessUsage Usage => ProcessUsage.Of(_process.Id);

    /// <summary>
    /// Returns when each Domain of the store was reconciled since the start: as many reconciles as there are Domains have ended, and no key
    /// waits or is worked on. The keys of the first list are queued before the first of them is taken.
    /// </summary>
    /// <returns>Seconds since the process was started: until the store held them all, and until all were observed.</returns>
    public async Task<(double Synced, double Observed)> ObservedAllAsync(int domains, CancellationToken cancellationToken)
    {
        var synced = 0d;
        while (Stopwatch.GetElapsedTime(_started) < Limit)
        {
            _process.ThrowIfEnded("the agent");
            if (await TryReadAsync(cancellationToken) is { } page)
            {
                var now = Stopwatch.GetElapsedTime(_started).TotalSeconds;
                if (synced == 0 && MetricSeries.Parse(page, "reconciler_store_objects").Sum >= domains)
                    synced = now;
                var reconciled = MetricSeries.Parse(page, "controller_runtime_reconcile_total").Sum;
                var open = MetricSeries.Parse(page, "workqueue_depth").Sum + MetricSeries.Parse(page, "controller_runtime_active_workers").Sum;
                if (reconciled >= domains && open == 0)
                    return (synced, now);
            }
            await Task.Delay(20, cancellationToken);
        }
        throw new LabException($"the agent has not observed {domains} Domains within {Limit.TotalSeconds:0} s; see {ScalePaths.Logs}");
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _process.Dispose();
    }

    private async Task<string?> TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _metrics.GetStringAsync("/metrics", cancellationToken);
        }
        catch (HttpRequestException)
        {
            return null; // it does not listen yet
        }
    }
}
