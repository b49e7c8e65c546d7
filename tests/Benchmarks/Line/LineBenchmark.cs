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
/// Ours is measured from the outside: from before the create call until a watch shows <c>powerState: Running</c>, which is later than the
/// unpause by an observation and a status write. <c>xl create</c> is measured in dom0, by its clock, around the command alone.
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
        (await ExternalProgram.RunAsync("make", ["--no-print-directory", "publish"], cancellation: cancellationToken)).OutputOrThrow();
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
        List<double> ours = [], xl = [];
        for (var round = 0; round <= Rounds; round++)
        {
            var (a, b) = (await OursAsync(client, round, cancellationToken), await XlAsync(xen, cancellationToken));
            if (round == 0)
                continue; // warms caches, workers and connections
            ours.Add(a);
            xl.Add(b);
        }
        return
        [
            BenchResult.AtMost(
                "line", "apply to Running, 192 MiB PV guest", Median(ours), Median(xl), "s", 1.25,
                $"median of {Rounds} in turn; baseline: xl create in dom0; ours includes API server, operator, agent and the status write"),
        ];
    }

    private static async Task<double> OursAsync(HttpKubernetesClient client, int round, CancellationToken cancellationToken)
    {
        var name = $"bench-{round}";
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
        var seconds = clock.Elapsed.TotalSeconds;

        await client.DeleteAsync<Domain>(name, Namespace, new DeleteOptions(), cancellationToken);
        await UntilAsync(client, created, e => e.Type == WatchEventType.Deleted, cancellationToken);
        return seconds;
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
        var times = await xen.ExecAsync(
            "a=$(cut -d' ' -f1 /proc/uptime); xl create /tmp/bench.cfg >/dev/null; b=$(cut -d' ' -f1 /proc/uptime); xl destroy bench-xl; sleep 1; echo $a $b",
            cancellationToken);
        var words = times.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return double.Parse(words[1], CultureInfo.InvariantCulture) - double.Parse(words[0], CultureInfo.InvariantCulture);
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
