using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Reconciler.Api.Domains;
using Reconciler.Benchmarks.Informer;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;
using Reconciler.Testing.Lab;

namespace Reconciler.Benchmarks.Latency;

/// <summary>
/// Changes of Domains on a real API server, as they come to a controller and, at the same time, to <c>kubectl get --watch -o json</c>: what
/// the server itself takes is in both.
/// </summary>
internal static class KubectlComparison
{
    /// <summary>So many that no Domain is changed anew while a change of it is on its way.</summary>
    private const int Domains = 500;

    private const string Namespace = "default";

    /// <summary>Both watch by then. One that does not is only slower for it.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<BenchResult>> RunAsync(string group, int changes, double perSecond, CancellationToken cancellationToken)
    {
        await using var lab = new KubeApiServerLab();
        await lab.InitializeAsync();
        await lab.InstallChartAsync(cancellationToken);
        using var client = new HttpKubernetesClient(KubernetesConfig.Load(lab.KubeconfigFile));
        for (var number = 0; number < Domains; number++)
            await client.CreateAsync(Domain(number), cancellationToken);

        var ours = Probe.RunAsync<LatencyMeasurement>(LatencyProbe.Name, [lab.KubeconfigFile, changes.ToString(CultureInfo.InvariantCulture)], cancellationToken);
        var kubectls = WatchAsync(lab, changes, cancellationToken);
        await Task.Delay(Settle, cancellationToken);
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        await ChangeAsync(client, changes, TimeSpan.FromSeconds(1 / perSecond), cancellationToken);
        var how = string.Create(CultureInfo.InvariantCulture, $"{changes} patches at {perSecond}/s of {Domains} Domains, real API server; load {load} before them");
        return Results(group, (await ours).Seconds, await kubectls, how);
    }

    private static BenchResult[] Results(string group, IReadOnlyDictionary<long, double> ours, IReadOnlyDictionary<long, double> kubectls, string how)
    {
        var (mine, theirs) = (Milliseconds(ours.Values), Milliseconds(kubectls.Values));
        var beyond = Milliseconds(ours.Select(change => change.Value - kubectls[change.Key]));
        return
        [
            new BenchResult(group, "patch to start of reconcile, P50", mine.P50, theirs.P50, "ms", mine.P50 / theirs.P50, Note: $"baseline: kubectl get --watch; {how}"),
            new BenchResult(group, "patch to start of reconcile, P99", mine.P99, theirs.P99, "ms", mine.P99 / theirs.P99, Note: $"baseline: kubectl get --watch; {how}"),
            new BenchResult(group, "start of reconcile after kubectl, P50", beyond.P50, null, "ms", null, Note: how),
            BenchResult.Below(group, "start of reconcile after kubectl, P99", beyond.P99, "ms", 10, string.Create(CultureInfo.InvariantCulture, $"{how}; worst {beyond.Worst:0.0} ms")),
        ];
    }

    private static Percentiles Milliseconds(IEnumerable<double> seconds) => Percentiles.Of(seconds.Select(s => s * 1000));

    /// <summary>Without waiting for answers: a slow one must not hold up the next change.</summary>
    private static async Task ChangeAsync(HttpKubernetesClient client, int changes, TimeSpan pace, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        var sent = new List<Task>(changes);
        for (var change = 0; change < changes; change++)
        {
            var ahead = (pace * change) - Stopwatch.GetElapsedTime(begun);
            if (ahead > TimeSpan.Zero)
                await Task.Delay(ahead, cancellationToken);
            var annotations = new JsonObject { [LatencyProbe.Annotation] = Stopwatch.GetTimestamp().ToString(CultureInfo.InvariantCulture) };
            // A change of the spec: one of annotations alone calls for no reconcile.
            var patch = new JsonPatch().Add("/metadata/annotations", annotations).Replace("/spec/cpu/vcpus", 2 + (change / Domains));
            sent.Add(client.PatchAsync<Domain>(DomainSamples.Name(change % Domains), Namespace, patch, cancellationToken));
        }

        await Task.WhenAll(sent);
    }

    /// <summary>By the stamp of each change: from its send until kubectl had printed it.</summary>
    private static async Task<IReadOnlyDictionary<long, double>> WatchAsync(KubeApiServerLab lab, int changes, CancellationToken cancellationToken)
    {
        const string Stamp = $"\"{LatencyProbe.Annotation}\": \"";
        var seconds = new Dictionary<long, double>(changes);
        string[] arguments = ["--kubeconfig", lab.KubeconfigFile, "--namespace", Namespace, "get", "domains", "--watch", "--output", "json"];
        await foreach (var line in ExternalProgram.LinesAsync(lab.Kubectl.Executable, arguments, cancellationToken))
        {
            var now = Stopwatch.GetTimestamp();
            if (!line.AsSpan().TrimStart().StartsWith(Stamp, StringComparison.Ordinal)) continue;
            var sent = long.Parse(line.Split('"')[3], CultureInfo.InvariantCulture);
            if (seconds.TryAdd(sent, Stopwatch.GetElapsedTime(sent, now).TotalSeconds) && seconds.Count == changes) break;
        }

        return seconds;
    }

    private static Domain Domain(int number) => new()
    {
        ApiVersion = Api.Domains.Domain.Definition.ApiVersion,
        Kind = Api.Domains.Domain.Definition.Kind,
        Metadata = new ObjectMeta { Namespace = Namespace, Name = DomainSamples.Name(number) },
        Spec = new DomainSpec { Memory = new MemorySpec { Size = "512Mi" }, Boot = new BootSpec { Kernel = "/boot/vmlinuz" } },
    };
}
