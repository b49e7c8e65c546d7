using System.Diagnostics;
using System.Globalization;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing.Lab;

namespace Reconciler.Benchmarks.Line;

/// <summary>
/// From a Domain that is applied to its guest running, through API server, operator and agent, beside <c>xl create</c> of the same guest.
/// On the lab's real Xen host (under software emulation), one after the other, in turn.
/// </summary>
/// <remarks>
/// Ours begins before the create call, here. It ends when the agent says in its log that the unpause is done (by dom0's clock, see
/// <see cref="Dom0Clock"/>), and once more when a watch shows <c>powerState: Running</c>. <c>xl create</c> is measured in dom0, by its clock,
/// around the command alone.
/// </remarks>
internal static class LineBenchmark
{
    private const int Rounds = 7;
    private const string Namespace = "default";
    private const string Config = """
        name = "bench-xl"
        type = "pv"
        kernel = "/guest/vmlinux"
        ramdisk = "/guest/guest.cpio"
        cmdline = "console=hvc0 quiet mitigations=off"
        memory = 192
        vcpus = 1
        """;

    public static async Task<IReadOnlyList<BenchResult>> RunAsync(CancellationToken cancellationToken)
    {
        var script = Path.Combine(RepositoryRoot.Path, "tests/lab/lab.sh");
        var folder = Directory.CreateTempSubdirectory("reconciler-bench-").FullName;
        (await ExternalProgram.RunAsync("make", ["--no-print-directory", "programs"], cancellation: cancellationToken)).OutputOrThrow();
        (await ExternalProgram.RunAsync(script, ["start", folder], cancellation: cancellationToken)).OutputOrThrow();
        try
        {
            return await MeasureAsync(Path.Combine(folder, "kube", "kubeconfig"), XenHostLab.Attach(Path.Combine(folder, "xen")), cancellationToken);
        }
        finally
        {
            await ExternalProgram.RunAsync(script, ["stop", folder], cancellation: CancellationToken.None);
        }
    }

    private static async Task<IReadOnlyList<BenchResult>> MeasureAsync(string kubeconfig, XenHostLab xen, CancellationToken cancellationToken)
    {
        using var client = new HttpKubernetesClient(KubernetesConfig.Load(kubeconfig), new HttpKubernetesClientOptions());
        await xen.TryExecAsync("cat > /tmp/bench.cfg", cancellationToken, Config);
        List<double> unpaused = [], running = [], xl = [], errors = [];
        for (var round = 0; round <= Rounds; round++)
        {
            var clock = await Dom0Clock.CompareAsync(xen, cancellationToken);
            var (toUnpaused, toRunning) = await OursAsync(client, xen, clock, round, cancellationToken);
            var byXl = await XlAsync(xen, cancellationToken);
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  round {round}: unpaused {toUnpaused:0.000} s (+-{clock.Error.TotalSeconds:0.000}), Running {toRunning:0.000} s, xl create {byXl:0.000} s"));
            if (round == 0)
                continue; // warms caches, workers and connections
            unpaused.Add(toUnpaused);
            running.Add(toRunning);
            xl.Add(byXl);
            errors.Add(clock.Error.TotalSeconds);
        }
        var how = string.Create(CultureInfo.InvariantCulture, $"median of {Rounds} in turn; baseline: xl create in dom0; ours includes API server, operator and agent");
        return
        [
            BenchResult.AtMost(
                "line", "apply to unpaused, 192 MiB PV guest", Median(unpaused), Median(xl), "s", 1.25,
                string.Create(CultureInfo.InvariantCulture, $"{how}; the clocks of dom0 and of this machine are compared to within {errors.Max():0.000} s")),
            new BenchResult(
                "line", "apply to Running in status, same guest", Median(running), Median(xl), "s", Median(running) / Median(xl), Note: how),
        ];
    }

    private static async Task<(double ToUnpaused, double ToRunning)> OursAsync(
        HttpKubernetesClient client, XenHostLab xen, Dom0Clock dom0, int round, CancellationToken cancellationToken)
    {
        var name = $"bench-{round}";
        var applied = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        var created = await client.CreateAsync(
            new Domain
            {
                ApiVersion = Domain.Definition.ApiVersion,
                Kind = Domain.Definition.Kind,
                Metadata = new ObjectMeta { Name = name, Namespace = Namespace },
                Spec = new DomainSpec
                {
                    Type = DomainType.PV,
                    Memory = new MemorySpec { Size = "192Mi" },
                    Boot = new BootSpec { Kernel = XenHostLab.GuestKernel, Ramdisk = XenHostLab.GuestRamdisk, Cmdline = XenHostLab.GuestCommandLine },
                    Shutdown = new ShutdownSpec { GracePeriodSeconds = 0 },
                },
            },
            cancellationToken);
        await UntilAsync(client, created, e => e.Object?.Status?.PowerState == "Running", cancellationToken);
        var toRunning = clock.Elapsed.TotalSeconds;
        var unpaused = dom0.Here(await UnpausedAsync(xen, created, cancellationToken));

        await client.DeleteAsync<Domain>(name, Namespace, new DeleteOptions(), cancellationToken);
        await UntilAsync(client, created, e => e.Type == WatchEventType.Deleted, cancellationToken);
        return ((unpaused - applied).TotalSeconds, toRunning);
    }

    /// <summary>When the agent had unpaused it, by dom0's clock: the time of the line that its log has of the step.</summary>
    private static async Task<DateTimeOffset> UnpausedAsync(XenHostLab xen, Domain domain, CancellationToken cancellationToken)
    {
        var line = await xen.ExecAsync($"grep -m 1 'Unpause .*{domain.Metadata.Uid}.*: done' /var/log/reconciler-agent.log", cancellationToken);
        return DateTimeOffset.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
    }

    private static async Task UntilAsync(
        HttpKubernetesClient client, Domain since, Func<WatchEvent<Domain>, bool> reached, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        var options = new WatchOptions { Namespace = Namespace, ResourceVersion = since.Metadata.ResourceVersion, Timeout = TimeSpan.FromMinutes(4) };
        await foreach (var change in client.WatchAsync<Domain>(options, limit.Token))
        {
            if (change.Object?.Metadata.Uid == since.Metadata.Uid && reached(change))
                return;
        }
        throw new InvalidOperationException($"Domain {since.Metadata.Name}: the watch ended before it was so far");
    }

    private static async Task<double> XlAsync(XenHostLab xen, CancellationToken cancellationToken)
    {
        // Ours and its clean-up are over before it begins, and the other way round: what follows a change of the host is looked at within 1 s.
        var times = await xen.ExecAsync(
            "bash -c 'sleep 2; a=$EPOCHREALTIME; xl create /tmp/bench.cfg >/dev/null; b=$EPOCHREALTIME; xl destroy bench-xl; sleep 2; echo $a $b'",
            cancellationToken);
        var words = times.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return (Dom0Clock.Time(words[1]) - Dom0Clock.Time(words[0])).TotalSeconds;
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
