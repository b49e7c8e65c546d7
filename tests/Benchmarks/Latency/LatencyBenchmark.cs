using System.Globalization;
using Reconciler.Testing;

namespace Reconciler.Benchmarks.Latency;

/// <summary>
/// From a change until the reconcile that it causes begins in another process: what the way through socket, client, decoder, store and queue
/// takes. Once from the send of a frame of a watch, on the loopback, and once beside kubectl on a real API server.
/// </summary>
internal static class LatencyBenchmark
{
    private const string Group = "latency";
    private const int Changes = 1_000;
    private const double PerSecond = 100;

    public static async Task<IReadOnlyList<BenchResult>> RunAsync(CancellationToken cancellationToken) =>
        [.. await FromFrameAsync(cancellationToken), .. await KubectlComparison.RunAsync(Group, Changes, PerSecond, cancellationToken)];

    private static async Task<IReadOnlyList<BenchResult>> FromFrameAsync(CancellationToken cancellationToken)
    {
        await using var server = new ChangeServer(Changes, TimeSpan.FromSeconds(1 / PerSecond));
        var measured = await Probe.RunAsync<LatencyMeasurement>(
            LatencyProbe.Name, [server.Kubeconfig, Changes.ToString(CultureInfo.InvariantCulture)], cancellationToken);
        var milliseconds = Percentiles.Of(measured.Seconds.Values.Select(s => s * 1000));
        var how = string.Create(CultureInfo.InvariantCulture, $"{Changes} changes at {PerSecond}/s in a new process; worst {milliseconds.Worst:0.0} ms");
        return
        [
            new BenchResult(Group, "watch frame to start of reconcile, P50", milliseconds.P50, null, "ms", null, Note: how),
            BenchResult.Below(Group, "watch frame to start of reconcile, P99", milliseconds.P99, "ms", 10, how),
        ];
    }
}
