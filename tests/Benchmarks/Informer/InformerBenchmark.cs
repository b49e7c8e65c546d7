using System.Globalization;

namespace Reconciler.Benchmarks.Informer;

/// <summary>
/// List, decode and store of Domains: our client and reflector in a process of their own, which a server on the loopback gives the same pages
/// as an API server. What is compared with are figures of client-go on the same kind of machine, not of this run.
/// </summary>
internal static class InformerBenchmark
{
    private const string Group = "informer";
    private const double Million = 1e6;
    private const int Objects = 10_000;
    private static readonly int[] Sizes = [1_000, 5_000, Objects, 20_000];

    public static async Task<IReadOnlyList<BenchResult>> RunAsync(CancellationToken cancellationToken)
    {
        var results = new List<BenchResult>();
        var decode = await Probe.RunAsync<DecodeMeasurement>(DecodeProbe.Name, [], cancellationToken);
        results.Add(BenchResult.Reaching(
            Group, "decode a page of a list, one thread", decode.BytesPerSecond / Million, "MB/s", 150,
            Invariant($"{decode.BytesPerSecond / decode.WalkedPerSecond:0.00} of the {decode.WalkedPerSecond / Million:0} MB/s of a bare JSON reader in the same run; {decode.AllocatedPerByte:0.00} bytes allocated for each byte; Go's typed decoder: 77 to 87 MB/s")));

        var perObject = new Dictionary<int, double>();
        foreach (var size in Sizes)
        {
            var (measured, bytes) = await FillAsync(size, new DomainServerOptions(), cancellationToken);
            perObject[size] = measured.WarmCpuSeconds / size * Million;
            if (size == Objects)
                results.AddRange(Rows(measured, bytes));
        }
        foreach (var size in Sizes)
        {
            var ratio = perObject[size] / perObject[Sizes[0]];
            results.Add(new BenchResult(
                Group, Invariant($"list and store {size:N0} Domains, CPU for each"), perObject[size], perObject[Sizes[0]], "us", ratio,
                "at most 1.5x", ratio <= 1.5, "mean of at least seven in a warm process, collections included; baseline: each of 1,000"));
        }

        results.Add(await VariantAsync("the same with every managedFields", new DomainServerOptions { AllManagedFields = true }, cancellationToken));
        results.Add(await VariantAsync("the same, compressed", new DomainServerOptions { Gzip = true }, cancellationToken));
        results.Add(await VariantAsync("the same as the stream of a watch", new DomainServerOptions { Streams = true }, cancellationToken));
        return results;
    }

    private static IEnumerable<BenchResult> Rows(InformerMeasurement measured, long bytes)
    {
        var what = Invariant($"{bytes / Million:0.0} MB of JSON in pages of {DomainServerOptions.PageSize}");
        yield return BenchResult.Below(
            Group, "list and store 10,000 Domains, new process", measured.Seconds, "s", 1.0, $"{what}; {measured.CpuSeconds:0.00} s of CPU, compiling included; client-go's dynamic informer: 1.5 s");
        yield return new BenchResult(Group, "the same in a warm process", measured.WarmSeconds, null, "s", null, Note: $"{what}; best of at least seven; {measured.WarmCpuSeconds:0.000} s of CPU on average");
        yield return BenchResult.Below(
            Group, "heap that they take", measured.LiveHeapBytes / Million, "MB", 40, "after a full collection; client-go's dynamic informer: 95 MB");
        yield return new BenchResult(Group, "allocated meanwhile", measured.AllocatedBytes / Million, null, "MB", null);
        yield return new BenchResult(
            Group, "peak resident memory of the process", measured.PeakResidentBytes / Million, null, "MB", null, Note: "client-go's dynamic informer: 270 MB");
    }

    private static async Task<BenchResult> VariantAsync(string name, DomainServerOptions options, CancellationToken cancellationToken)
    {
        var (measured, bytes) = await FillAsync(Objects, options, cancellationToken);
        return new BenchResult(
            Group, name, measured.Seconds, null, "s", null,
            Note: Invariant($"{bytes / Million:0.0} MB of JSON, new process; {measured.WarmSeconds:0.000} s warm, {measured.LiveHeapBytes / Million:0} MB of heap, {measured.PeakResidentBytes / Million:0} MB resident at most"));
    }

    private static async Task<(InformerMeasurement Measured, long Bytes)> FillAsync(int objects, DomainServerOptions options, CancellationToken cancellationToken)
    {
        await using var server = DomainServer.Start(objects, options);
        var measured = await Probe.RunAsync<InformerMeasurement>(
            InformerProbe.Name, [server.Kubeconfig, objects.ToString(CultureInfo.InvariantCulture)], cancellationToken);
        Console.Error.WriteLine(Invariant($"  {objects} objects, {server.Bytes / Million:0.0} MB: {measured.Seconds:0.000} s ({measured.CpuSeconds:0.000} s of CPU), warm {measured.WarmSeconds:0.000} s ({measured.WarmCpuSeconds:0.000} s of CPU on average), heap {measured.LiveHeapBytes / Million:0.0} MB, resident {measured.PeakResidentBytes / Million:0} MB"));
        return (measured, server.Bytes);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
