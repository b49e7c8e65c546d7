using System.Diagnostics;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Kubernetes.Model;
using Reconciler.Scale.Fleet;
using Reconciler.Scale.Load;
using Reconciler.Scale.Measuring;
using Reconciler.Scale.Reporting;
using Reconciler.Testing;
using Reconciler.Testing.Lab;

namespace Reconciler.Scale.Soak;

/// <summary>
/// An agent works behind a network that loses packets, with the rights that the chart gives it. Nothing else is wrong with it, so it is never
/// to be taken for silent. Then it is killed, and is to be taken for silent in time.
/// </summary>
internal static class SoakRun
{
    private const string Host = "xen-lossy";
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(3);

    public static async Task<int> RunAsync(SoakOptions options, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(options.Duration + TimeSpan.FromMinutes(10));
        Say("starting a real API server");
        await using var lab = new KubeApiServerLab();
        await lab.InitializeAsync();
        await lab.InstallChartAsync(limited.Token);
        var folder = Directory.CreateTempSubdirectory("reconciler-soak-").FullName;
        try
        {
            var result = await MeasureAsync(lab, folder, options, limited.Token);
            SoakReport.Print(result, Console.Out);
            Console.WriteLine($"written to {Report.Write("soak.json", result)}");
            return result.Flaps.Count == 0 && result.HostUnknownAfter <= HostLease.Duration.TotalSeconds ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<SoakResult> MeasureAsync(KubeApiServerLab lab, string folder, SoakOptions options, CancellationToken cancellationToken)
    {
        await using var network = await LossyNetwork.StartAsync(Path.Combine(folder, "network"), lab.Url.Port, options.Loss, cancellationToken);
        using var client = new HttpKubernetesClient(
            KubernetesConfig.Load(lab.KubeconfigFile, context: null), new HttpKubernetesClientOptions { UserAgent = UserAgents.For("reconciler-soak") });
        using var requests = new ApiRequests(lab);
        var logs = Directory.CreateDirectory(ScalePaths.Logs).FullName;
        using var @operator = ChildProcess.Start(
            Path.Combine(logs, "soak-operator.log"), Programs.Operator,
            "--kubeconfig", lab.AccountKubeconfigFile("reconciler-operator"), "--health-port", "0");
        using var agent = ChildProcess.Start(
            Path.Combine(logs, "soak-agent.log"), "/usr/bin/env",
            [.. network.Enter, Programs.Agent, "--kubeconfig", lab.AccountKubeconfigFile("reconciler-agent"),
             "--host", "simulated", "--state", Path.Combine(folder, "host"), "--node-name", Host]);

        var begun = Stopwatch.GetTimestamp();
        var hosts = new ReadyLog<XenHost>(host => host.Status?.Conditions, begun);
        var domains = new ReadyLog<Domain>(domain => domain.Status?.Conditions, begun);
        var renewals = new List<double>();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] following = [hosts.FollowAsync(client, ended.Token), domains.FollowAsync(client, ended.Token), FollowLeaseAsync(client, renewals, begun, ended.Token)];

        Say($"bringing {options.Domains} Domains to run");
        await new Workload(client, "default", new Timeline(), memory: "32Mi").CreateAsync(options.Domains, rate: 0, cancellationToken);
        await UntilAsync(() => hosts.Count(ConditionStatus.True) == 1 && domains.Count(ConditionStatus.True) == options.Domains, Start, "host and Domains are not ready");

        Say($"losing {options.Loss} % of the packets for {options.Duration.TotalMinutes:0.#} minutes");
        var (from, counted) = (Now(), await requests.CountByResourceAsync(cancellationToken));
        while (Now() - from < options.Duration.TotalSeconds)
        {
            Guard();
            await Task.Delay(1000, cancellationToken);
        }

        var (packets, since) = (await network.CountAsync(cancellationToken), ApiRequests.Between(counted, await requests.CountByResourceAsync(cancellationToken)));

        Say("killing the agent");
        using (var process = Process.GetProcessById(agent.Id)) process.Kill();
        var killed = Now();
        await UntilAsync(
            () => hosts.Count(ConditionStatus.Unknown) == 1 && domains.Count(ConditionStatus.Unknown) == options.Domains, TimeSpan.FromMinutes(2), "a dead agent was not found out");
        await ended.CancelAsync();
        await Task.WhenAll(following).ContinueWith(static _ => { }, TaskScheduler.Default);

        var times = renewals.Where(at => at <= killed).ToList();
        var changes = hosts.Changes.Concat(domains.Changes).OrderBy(change => change.At).ToList();
        return new SoakResult(
            DateTimeOffset.UtcNow, Machine.Current, Programs.Description, options, packets.Lost, packets.Forwarded,
            [.. changes.Where(change => change.At > from && change.At <= killed && change.Status != ConditionStatus.True).Select(change => change.ToString())],
            Percentiles.Of(times.Zip(times.Skip(1), (a, b) => b - a)), since,
            hosts.Changes.First(change => change.At > killed).At - killed, changes[^1].At - killed, killed - times[^1]);

        double Now() => Stopwatch.GetElapsedTime(begun).TotalSeconds;

        void Guard()
        {
            @operator.ThrowIfEnded("the operator");
            if (following.FirstOrDefault(task => task.IsFaulted) is { Exception: { } broken }) throw new LabException($"what is watched can't be: {broken.InnerException?.Message}");
        }

        async Task UntilAsync(Func<bool> reached, TimeSpan limit, string otherwise)
        {
            var clock = Stopwatch.StartNew();
            while (!reached())
            {
                Guard();
                if (clock.Elapsed > limit) throw new LabException($"{otherwise} within {limit.TotalSeconds:0} s; see {logs}");
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    private static async Task FollowLeaseAsync(HttpKubernetesClient client, List<double> renewals, long begun, CancellationToken cancellationToken)
    {
        var options = new WatchOptions { Namespace = KubeApiServerLab.ChartNamespace, Timeout = TimeSpan.FromHours(2) };
        await foreach (var change in client.WatchAsync<Lease>(options, cancellationToken))
        {
            if (change.Object?.Metadata.Name == HostLease.NameOf(Host)) renewals.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
        }
    }

    private static void Say(string what) => Report.Say("soak", what);
}
