using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Scale.Fleet;
using Reconciler.Scale.Load;
using Reconciler.Scale.Measuring;
using Reconciler.Scale.Reporting;
using Reconciler.Testing;
using Reconciler.Testing.Lab;

namespace Reconciler.Scale;

/// <summary>A whole run: the parts are started, nothing happens, Domains are created, changed, and deleted.</summary>
internal static class ScaleRun
{
    private const string Namespace = "default";
    private const double TrickleRate = 10;
    private const double ChurnRate = 10;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    public static async Task<int> RunAsync(ScaleOptions options, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);

        Say("starting a real API server");
        await using var lab = new KubeApiServerLab();
        await lab.InitializeAsync();
        await lab.Kubectl.RunAsync(limited.Token, "apply", "--validate=false", "-f", "crds/");
        await lab.Kubectl.RunAsync(limited.Token, "wait", "--for=condition=Established", "--timeout=60s", "-f", "crds/");

        Say($"starting the operator and the agents of {options.Hosts} simulated hosts");
        using var parts = Parts.Start(lab, options);
        await parts.WaitForHostsAsync(lab, options.Hosts, limited.Token);

        var result = await MeasureAsync(lab, parts, options, limited.Token);
        ScaleReport.Print(result, Console.Out);
        Console.WriteLine($"written to {ScaleReport.Write(result)}");
        return 0;
    }

    private static async Task<ScaleResult> MeasureAsync(KubeApiServerLab lab, Parts parts, ScaleOptions options, CancellationToken cancellationToken)
    {
        using var client = new HttpKubernetesClient(
            KubernetesConfig.Load(lab.KubeconfigFile, context: null), new HttpKubernetesClientOptions { UserAgent = UserAgents.For("reconciler-scale") });
        using var requests = new ApiRequests(lab);
        var phases = new List<Phase>();

        Say($"idle for {options.Idle.TotalSeconds:0} s");
        await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken); // what a start leaves behind
        phases.Add(await PhaseMeter.MeasureAsync("idle", parts, requests, () => 0, () => Task.Delay(options.Idle, cancellationToken), cancellationToken));

        var timeline = new Timeline();
        var workload = new Workload(client, Namespace, timeline);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = timeline.FollowAsync(client, Namespace, ended.Token);
        var moments = new List<Moment>();
        var sampling = parts.SampleAsync(timeline, workload, moments, Say, ended.Token);

        Say($"creating {options.Trickle} Domains at {TrickleRate}/s");
        phases.Add(await PhaseMeter.MeasureAsync("trickle", parts, requests, () => workload.Requests, async () =>
        {
            await workload.CreateAsync(options.Trickle, TrickleRate, cancellationToken);
            await UntilAsync(() => timeline.Open == 0, parts, cancellationToken);
        }, cancellationToken));
        var trickled = timeline.Passages.ToList();

        Say(options.Rate > 0 ? $"creating {options.Domains} Domains at {options.Rate}/s" : $"creating {options.Domains} Domains in one go");
        var begun = timeline.Now;
        phases.Add(await PhaseMeter.MeasureAsync("create", parts, requests, () => workload.Requests, async () =>
        {
            await workload.CreateAsync(options.Domains, options.Rate, cancellationToken);
            await UntilAsync(() => timeline.Open == 0, parts, cancellationToken);
        }, cancellationToken));
        var created = timeline.Passages.Skip(trickled.Count).ToList();
        var (oneAgent, requestsPerDomain) = (parts.OneAgent, phases[^1].Requests.Values.Sum() / options.Domains);

        if (options.Churn > TimeSpan.Zero)
        {
            Say($"pausing and unpausing {ChurnRate}/s for {options.Churn.TotalSeconds:0} s");
            phases.Add(await PhaseMeter.MeasureAsync("churn", parts, requests, () => workload.Requests, async () =>
            {
                await workload.ChurnAsync(options.Domains, ChurnRate, options.Churn, cancellationToken);
                await UntilAsync(() => timeline.Open == 0, parts, cancellationToken);
            }, cancellationToken));
        }
        var churned = timeline.Passages.Skip(trickled.Count + created.Count).ToList();

        Say("deleting them all");
        phases.Add(await PhaseMeter.MeasureAsync("delete", parts, requests, () => workload.Requests, async () =>
        {
            await workload.DeleteAsync(cancellationToken);
            await UntilAsync(() => timeline.Present == 0, parts, cancellationToken);
        }, cancellationToken));
        var (operatorUsage, agentsUsage) = (parts.Operator, parts.Agents);

        await ended.CancelAsync();
        await Task.WhenAll(following, sampling).ContinueWith(static _ => { }, TaskScheduler.Default);
        return new ScaleResult
        {
            At = DateTimeOffset.UtcNow,
            Machine = Machine.Current,
            Programs = Programs.Description,
            Options = options,
            Trickle = Percentiles.Of(trickled.Select(p => p.Latency)),
            CreateToRunning = Percentiles.Of(created.Select(p => p.Latency)),
            Churn = Percentiles.Of(churned.Select(p => p.Latency)),
            Throughput = created.Count / (created.Max(p => p.SeenAt) - begun),
            RequestsPerDomain = requestsPerDomain,
            Phases = phases,
            Operator = operatorUsage,
            Agents = agentsUsage,
            OneAgent = oneAgent,
            Moments = moments,
            Passages = created,
        };
    }

    private static async Task UntilAsync(Func<bool> reached, Parts parts, CancellationToken cancellationToken)
    {
        while (!reached())
        {
            parts.ThrowIfEnded();
            await Task.Delay(50, cancellationToken);
        }
    }

    private static void Say(string what) => Report.Say("scale", what);
}
