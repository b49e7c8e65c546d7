using Reconciler.Benchmarks;
using Reconciler.Benchmarks.Devices;
using Reconciler.Benchmarks.Informer;
using Reconciler.Benchmarks.Latency;
using Reconciler.Benchmarks.Libxl;
using Reconciler.Benchmarks.Line;
using Reconciler.Benchmarks.Placement;
using Reconciler.Benchmarks.Planner;
using Reconciler.Benchmarks.Xenstore;

// Started by a group itself, as a process of its own.
switch (args)
{
    case [Probe.Argument, InformerProbe.Name, .. var arguments]:
        await InformerProbe.RunAsync(arguments);
        return 0;
    case [Probe.Argument, DecodeProbe.Name]:
        await DecodeProbe.RunAsync();
        return 0;
    case [Probe.Argument, LatencyProbe.Name, .. var arguments]:
        await LatencyProbe.RunAsync(arguments);
        return 0;
}

// Benchmarks [GROUP...]: runs the groups named, or all; prints a table and writes artifacts/bench/results.json.
// A new group is one line here.
Dictionary<string, Func<CancellationToken, Task<IReadOnlyList<BenchResult>>>> groups = new(StringComparer.Ordinal)
{
    ["devices"] = DevicesBenchmark.RunAsync,
    ["informer"] = InformerBenchmark.RunAsync,
    ["latency"] = LatencyBenchmark.RunAsync,
    ["libxl"] = LibxlBenchmark.RunAsync,
    ["line"] = LineBenchmark.RunAsync,
    ["placement"] = PlacementBenchmark.RunAsync,
    ["planner"] = PlannerBenchmark.RunAsync,
    ["xenstore"] = XenstoreBenchmark.RunAsync,
};

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

if (args.FirstOrDefault(name => !groups.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"no benchmark group '{unknown}'; there are: {string.Join(", ", groups.Keys)}");
    return 2;
}

var results = new List<BenchResult>();
foreach (var (name, run) in groups.Where(group => args.Length == 0 || args.Contains(group.Key, StringComparer.Ordinal)))
{
    Console.Error.WriteLine($"bench: {name} ...");
    results.AddRange(await run(stop.Token));
}

Report.Print(results, Console.Out);
Console.WriteLine($"written to {Report.Write(results)}");
return 0;
