using System.Diagnostics;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Scale.Fleet;
using Reconciler.Scale.Load;
using Reconciler.Scale.Measuring;
using Reconciler.Scale.Reporting;
using Reconciler.Testing;
using Reconciler.Testing.Lab;

namespace Reconciler.Scale.OneAgent;

/// <summary>
/// One agent and all the Domains that one host can be asked to hold: it is restarted with some of them, then with all, and then nothing
/// happens. The operator only places them: it is gone when anything is measured.
/// </summary>
internal static class AgentRun
{
    private const string Namespace = "default";
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    public static async Task<int> RunAsync(AgentRunOptions options, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        Say("starting a real API server");
        await using var lab = new KubeApiServerLab();
        await lab.InitializeAsync();
        await lab.Kubectl.RunAsync(limited.Token, "apply", "--validate=false", "-f", "crds/");
        await lab.Kubectl.RunAsync(limited.Token, "wait", "--for=condition=Established", "--timeout=60s", "-f", "crds/");
        var state = Directory.CreateTempSubdirectory("reconciler-scale-").FullName;
        try
        {
            var result = await MeasureAsync(lab, state, options, limited.Token);
            AgentReport.Print(result, Console.Out);
            Console.WriteLine($"written to {Report.Write("agent.json", result)}");
            return 0;
        }
        finally
        {
            Directory.Delete(state, recursive: true);
        }
    }

    private static async Task<AgentResult> MeasureAsync(KubeApiServerLab lab, string state, AgentRunOptions options, CancellationToken cancellationToken)
    {
        using var client = new HttpKubernetesClient(
            KubernetesConfig.Load(lab.KubeconfigFile, context: null), new HttpKubernetesClientOptions { UserAgent = UserAgents.For("reconciler-scale") });
        using var requests = new ApiRequests(lab);
        var timeline = new Timeline();
        var workload = new Workload(client, Namespace, timeline, memory: "32Mi");
        var restarts = new List<AgentRestart>();
        foreach (var domains in (int[])[options.RestartDomains, options.Domains])
        {
            Say($"bringing {domains} Domains to run");
            await FillAsync(lab, state, client, timeline, workload, domains, cancellationToken);
            restarts.Add(await RestartAsync(lab, state, client, requests, domains, cancellationToken));
        }

        Say($"idle for {options.Idle.TotalSeconds:0} s");
        using var agent = new AgentProcess(lab.KubeconfigFile, state, "agent-idle");
        await agent.ObservedAllAsync(options.Domains, cancellationToken);
        await Task.Delay(Settle, cancellationToken);
        var (before, counted) = (agent.Usage, await requests.CountByResourceAsync(cancellationToken));
        var clock = Stopwatch.StartNew();
        await Task.Delay(options.Idle, cancellationToken);
        var (after, seconds) = (agent.Usage, clock.Elapsed.TotalSeconds);
        var idle = new AgentIdle(
            options.Domains, seconds, (after.CpuSeconds - before.CpuSeconds) / seconds, after.ResidentMiB, after.PeakResidentMiB,
            ApiRequests.Between(counted, await requests.CountByResourceAsync(cancellationToken)));
        return new AgentResult(DateTimeOffset.UtcNow, Machine.Current, Programs.Description, await File.ReadAllTextAsync("/proc/loadavg", cancellationToken), restarts, idle);
    }

    /// <summary>Operator and agent run until there are as many Domains as asked for, all Running.</summary>
    private static async Task FillAsync(
        KubeApiServerLab lab, string state, HttpKubernetesClient client, Timeline timeline, Workload workload, int domains, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(ScalePaths.Logs);
        using var @operator = ChildProcess.Start(
            Path.Combine(ScalePaths.Logs, "operator.log"), Programs.Operator, "--kubeconfig", lab.KubeconfigFile, "--health-port", "0");
        // As it fills the host it may do more side by side than the one that is measured.
        using var agent = new AgentProcess(lab.KubeconfigFile, state, "agent-filling", "--workers", "64");
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = timeline.FollowAsync(client, Namespace, ended.Token);
        await workload.CreateAsync(domains - workload.Created, rate: 0, cancellationToken);
        while (timeline.Open > 0)
        {
            @operator.ThrowIfEnded("the operator");
            await Task.Delay(100, cancellationToken);
        }
        await ended.CancelAsync();
        await following.ContinueWith(static _ => { }, TaskScheduler.Default);
        await agent.ObservedAllAsync(domains, cancellationToken);
        await Task.Delay(Settle, cancellationToken); // what was seen is written
    }

    private static async Task<AgentRestart> RestartAsync(
        KubeApiServerLab lab, string state, HttpKubernetesClient client, ApiRequests requests, int domains, CancellationToken cancellationToken)
    {
        Say($"restarting the agent with {domains} Domains");
        var hostFile = Path.Combine(state, "simulated-host.json");
        var (versions, host, counted) = (
            await VersionsAsync(client, cancellationToken), await File.ReadAllBytesAsync(hostFile, cancellationToken), await requests.CountByResourceAsync(cancellationToken));
        using var agent = new AgentProcess(lab.KubeconfigFile, state, $"agent-restarted-{domains}");
        var (synced, observed) = await agent.ObservedAllAsync(domains, cancellationToken);
        await Task.Delay(Settle, cancellationToken); // what follows from it would be written by now
        var since = ApiRequests.Between(counted, await requests.CountByResourceAsync(cancellationToken));
        var (after, hostAfter) = (await VersionsAsync(client, cancellationToken), await File.ReadAllBytesAsync(hostFile, cancellationToken));
        return new AgentRestart(
            domains, synced, observed, versions.Count(v => after.GetValueOrDefault(v.Key) != v.Value),
            !host.AsSpan().SequenceEqual(hostAfter), since);
    }

    /// <summary>Of all that the agent may write to: the Domains and its XenHost.</summary>
    private static async Task<Dictionary<string, string>> VersionsAsync(HttpKubernetesClient client, CancellationToken cancellationToken)
    {
        var domains = (await client.ListAsync<Domain>(new ListOptions { Namespace = Namespace }, cancellationToken)).Items;
        var hosts = (await client.ListAsync<XenHost>(new ListOptions(), cancellationToken)).Items;
        return domains.Select(d => (Key: $"Domain {d.Metadata.Name}", d.Metadata.ResourceVersion))
            .Concat(hosts.Select(h => (Key: $"XenHost {h.Metadata.Name}", h.Metadata.ResourceVersion)))
            .ToDictionary(o => o.Key, o => o.ResourceVersion!, StringComparer.Ordinal);
    }

    private static void Say(string what) => Report.Say("scale", what);
}
