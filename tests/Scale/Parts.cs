using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Reconciler.Scale.Fleet;
using Reconciler.Scale.Load;
using Reconciler.Scale.Measuring;
using Reconciler.Testing;
using Reconciler.Testing.Lab;

namespace Reconciler.Scale;

/// <summary>
/// The processes that are measured: the published operator, one published agent of a simulated host, and the agents of all other hosts in
/// a process of their own.
/// </summary>
internal sealed class Parts : IDisposable
{
    /// <summary>The runtime's gauge: keys that wait for a worker (docs/reference/metrics.md).</summary>
    private const string QueueDepth = "workqueue_depth";

    private readonly ChildProcess _operator;
    private readonly ChildProcess _oneAgent;
    private readonly ChildProcess _agents;
    private readonly HttpClient _metrics;

    private Parts(ChildProcess @operator, ChildProcess oneAgent, ChildProcess agents, Uri metrics)
    {
        (_operator, _oneAgent, _agents) = (@operator, oneAgent, agents);
        _metrics = new HttpClient { BaseAddress = metrics };
    }

    public ProcessUsage Operator => ProcessUsage.Of(_operator.Id);

    public ProcessUsage OneAgent => ProcessUsage.Of(_oneAgent.Id);

    public ProcessUsage Agents => ProcessUsage.Of(_agents.Id);

    public static Parts Start(KubeApiServerLab lab, ScaleOptions options)
    {
        var logs = Directory.CreateDirectory(ScalePaths.Logs).FullName;
        var port = LoopbackPort.Free();
        var @operator = ChildProcess.Start(
            Path.Combine(logs, "operator.log"), "env", [.. ListedMethods("operator-scale"), Programs.Operator,
            "--kubeconfig", lab.KubeconfigFile, "--health-port", $"{port}"]);
        var oneAgent = ChildProcess.Start(
            Path.Combine(logs, "agent.log"), "env", [.. ListedMethods("agent-scale"), Programs.Agent,
            "--kubeconfig", lab.KubeconfigFile, "--host", "simulated", "--node-name", AgentFleet.HostName(0)]);
        var agents = ChildProcess.Start(
            Path.Combine(logs, "agents.log"), Environment.ProcessPath!,
            "agents", "--kubeconfig", lab.KubeconfigFile, "--hosts", $"{options.Hosts - 1}",
            "--create-milliseconds", $"{options.CreateTime.TotalMilliseconds:0}");
        return new Parts(@operator, oneAgent, agents, new Uri($"http://127.0.0.1:{port}"));
    }

    /// <summary>With JIT_LISTS=FOLDER: what makes a program's runtime compile all that is called, and add it to a file there (make profile).</summary>
    private static string[] ListedMethods(string name) => Environment.GetEnvironmentVariable("JIT_LISTS") is { Length: > 0 } folder
        ? ["DOTNET_ReadyToRun=0", "DOTNET_JitDisasmSummary=1", $"DOTNET_JitStdOutFile={Path.Combine(folder, $"{name}.txt")}"]
        : [];

    /// <summary>Returns when each host has a XenHost that is ready.</summary>
    public async Task WaitForHostsAsync(KubeApiServerLab lab, int hosts, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            ThrowIfEnded();
            var list = await lab.Kubectl.GetAsync(cancellationToken, "xenhosts");
            var ready = list.GetProperty("items").EnumerateArray().Count(IsReady);
            if (ready >= hosts)
                return;
            if (clock.Elapsed > TimeSpan.FromMinutes(3))
                throw new LabException($"only {ready} of {hosts} XenHosts are ready; see {ScalePaths.Logs}");
            await Task.Delay(500, cancellationToken);
        }
    }

    /// <summary>Looks once a second until cancelled, and says how far it is every five.</summary>
    public async Task SampleAsync(Timeline timeline, Workload workload, List<Moment> moments, Action<string> say, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        do
        {
            var depth = MetricSeries.Parse(await _metrics.GetStringAsync("/metrics", cancellationToken), QueueDepth).Sum;
            var running = timeline.Passages.Count;
            moments.Add(new Moment(timeline.Now, workload.Created, running, depth, Operator, Agents));
            if (moments.Count % 5 == 0)
                say($"{workload.Created} created, {running} changes seen, {timeline.Open} open, {timeline.Present} there, {depth} keys wait");
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Throws when one of them has ended before its time.</summary>
    public void ThrowIfEnded()
    {
        _operator.ThrowIfEnded("the operator");
        _oneAgent.ThrowIfEnded("the agent");
        _agents.ThrowIfEnded("the agents' process");
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _agents.Dispose();
        _oneAgent.Dispose();
        _operator.Dispose();
    }

    private static bool IsReady(JsonElement xenHost) =>
        xenHost.TryGetProperty("status", out var status) && status.TryGetProperty("conditions", out var conditions)
        && conditions.EnumerateArray().Any(c => c.GetProperty("type").GetString() == "Ready" && c.GetProperty("status").GetString() == "True");
}
