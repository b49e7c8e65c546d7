using System.Diagnostics;
using Reconciler.Testing.Lab;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Configuration;
using Reconciler.Xen.Light.Worker;
using Reconciler.Xen.Light.Worker.Pool;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Benchmarks.Libxl;

/// <summary>
/// A domain's configuration to libxl's JSON, through a worker process and Debian's real libxenlight 4.17, back, and each leaf compared: what
/// every create pays before libxl begins. No Xen is needed (tests/lab/libxl).
/// </summary>
internal static class LibxlBenchmark
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly DesiredDomain Domain = new()
    {
        Uuid = Guid.NewGuid(),
        Namespace = "default",
        Name = "bench",
        Generation = 1,
        Type = DomainType.Pvh,
        Vcpus = 8,
        MemoryKiB = 4 * 1024 * 1024,
        Boot = new DirectBoot("/boot/vmlinuz", "/boot/initrd.img", "console=hvc0 root=/dev/xvda1 ro quiet"),
        Power = DesiredPower.Running,
    };

    public static async Task<IReadOnlyList<BenchResult>> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("reconciler-bench-").FullName;
        try
        {
            await using WorkerPool pool = new(await OptionsAsync(folder, cancellationToken), TimeProvider.System);
            var configuration = DomainConfiguration.ToJson(Domain, Domain.Boot);

            // Without libxl: what our own half costs.
            var ours = await MeasureAsync(() =>
            {
                ConfigurationCheck.Verify(DomainConfiguration.ToJson(Domain, Domain.Boot), (json, _) => json);
                return Task.CompletedTask;
            }, cancellationToken);
            var whole = await MeasureAsync(
                () => pool.CallAsync(new CheckRequest(DomainConfiguration.ToJson(Domain, Domain.Boot)), Limit, cancellationToken), cancellationToken);
            return
            [
                new("libxl", "configuration through worker and libxl", whole, null, "ops/s", null, Note: $"{configuration.Length} bytes of JSON, one at a time"),
                new("libxl", "the same without libxl and worker", ours, null, "ops/s", null, Note: "made, parsed twice and compared in process"),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> MeasureAsync(Func<Task> act, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 200; i++) await act();
        var count = 0;
        var clock = Stopwatch.StartNew();
        for (; clock.Elapsed < Duration; count++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await act();
        }
        return count / clock.Elapsed.TotalSeconds;
    }

    private static async Task<WorkerOptions> OptionsAsync(string folder, CancellationToken cancellationToken)
    {
        using var prepare = Process.Start(new ProcessStartInfo("bash", [Path.Combine(RepositoryRoot.Path, "tests/lab/libxl/prepare.sh")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var lines = (await prepare.StandardOutput.ReadToEndAsync(cancellationToken)).Split('\n');
        await prepare.WaitForExitAsync(cancellationToken);
        if (prepare.ExitCode != 0) throw new InvalidOperationException("tests/lab/libxl/prepare.sh failed");
        return new WorkerOptions
        {
            Program = Path.Combine(AppContext.BaseDirectory, "xen-light-probe"),
            Count = 1,
            Cgroup = null,
            StateDirectory = folder,
            LockDirectory = Path.Combine(folder, "locks"),
            Environment = new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = lines[0], ["LD_PRELOAD"] = lines[1] },
        };
    }
}
