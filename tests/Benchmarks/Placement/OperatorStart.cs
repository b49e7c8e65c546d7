using System.Diagnostics;
using System.Globalization;
using Reconciler.Testing;

namespace Reconciler.Benchmarks.Placement;

/// <summary>
/// From the start of the operator's process in an estate that is settled until what is new there is decided: everything is listed over HTTP, and each Domain looked at.
/// The program is built, but not compiled beforehand.
/// </summary>
internal static class OperatorStart
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<BenchResult> MeasureAsync(int domains, int hosts, CancellationToken cancellationToken)
    {
        await using var server = EstateServer.Start(SettledEstate.Of(domains, hosts, leaseNamespace: "default"));
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "reconciler-operator"), ["--kubeconfig", server.Kubeconfig, "--health-port", "0", "--log-level", "Error"]);
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start) ?? throw new InvalidOperationException("the operator can't be started");
        try
        {
            await server.Decided.WaitAsync(Patience, cancellationToken);
            var (seconds, usage) = (clock.Elapsed.TotalSeconds, ProcessUsage.Of(process.Id));
            return BenchResult.Below(
                "placement",
                string.Create(CultureInfo.InvariantCulture, $"operator start, {domains:N0} domains, {hosts:N0} hosts"),
                seconds,
                "s",
                10,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"until {SettledEstate.New} new ones are decided; {usage.CpuSeconds:0.0} s of CPU, {usage.PeakResidentMiB:0} MiB resident at most; writes to what was settled: {server.OtherWrites}"));
        }
        finally
        {
            process.Kill();
        }
    }
}
