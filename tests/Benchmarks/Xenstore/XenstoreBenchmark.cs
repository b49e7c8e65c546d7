using System.Diagnostics;
using Reconciler.Lab;
using Reconciler.Xen.Store;

namespace Reconciler.Benchmarks.Xenstore;

/// <summary>
/// Our client against libxenstore on one real xenstored: read, write and list; one request at a time, and 64 callers at once.
/// Ours has one connection. libxenstore with 64 callers is measured twice: 64 threads that share a handle, as a process that uses the
/// library has it (one connection, like ours), and 64 threads with a handle each, the most that the library can do.
/// Both sides alternate within the run. Each number is the best of its rounds: what else runs on the machine only ever slows a round down.
/// </summary>
internal static class XenstoreBenchmark
{
    private const string Group = "xenstore";
    private const int Callers = 64;
    private const int Rounds = 20;
    private const string Value = "a value of 24 characters";
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(150);

    public static async Task<IReadOnlyList<BenchResult>> RunAsync(CancellationToken cancellationToken)
    {
        var folder = await XenstoredProcess.PrepareAsync(cancellationToken);
        await using var xenstored = await XenstoredProcess.StartAsync();
        var native = new LibXenstore(folder, xenstored.SocketPath);
        await using var client = await XenstoreClient.ConnectAsync(new() { Path = xenstored.SocketPath }, cancellationToken);
        for (var i = 0; i < 20; i++) await client.WriteAsync($"/bench/directory/child-{i}", Value, cancellationToken);
        await client.WriteAsync("/bench/node", Value, cancellationToken);

        var (node, directory, value) = (LibXenstore.Text("/bench/node"), LibXenstore.Text("/bench/directory"), LibXenstore.Text(Value)[..^1]);
        (string Name, Action<nint> Native, Func<ValueTask> Ours)[] operations =
        [
            ("xs_read", handle => native.Read(handle, node), async () => await client.ReadAsync("/bench/node", cancellationToken)),
            ("xs_write", handle => native.Write(handle, node, value), () => client.WriteAsync("/bench/node", Value, cancellationToken)),
            ("xs_directory", handle => native.List(handle, directory), async () => await client.ListAsync("/bench/directory", cancellationToken)),
        ];

        var results = new List<BenchResult>();
        foreach (var (name, theirs, ours) in operations)
        {
            var alone = await CompareAsync(native, theirs, ours, callers: 1, handles: 1, cancellationToken);
            results.Add(BenchResult.AtLeast(
                Group, $"{name}, one at a time", alone.Ours, alone.Theirs, "ops/s", 1.0, "libxenstore, one thread"));
            var shared = await CompareAsync(native, theirs, ours, Callers, handles: 1, cancellationToken);
            results.Add(BenchResult.AtLeast(
                Group, $"{name}, {Callers} in flight", shared.Ours, shared.Theirs, "ops/s", 3.0, $"libxenstore, {Callers} threads, one handle"));
            var separate = await CompareAsync(native, theirs, ours, Callers, handles: Callers, cancellationToken);
            results.Add(new BenchResult(
                Group, $"{name}, {Callers} in flight, C: a handle each", separate.Ours, separate.Theirs, "ops/s", separate.Ours / separate.Theirs,
                Note: $"libxenstore, {Callers} threads, {Callers} handles (connections)"));
        }

        return results;
    }

    private static async Task<(double Ours, double Theirs)> CompareAsync(
        LibXenstore native, Action<nint> theirOperation, Func<ValueTask> ourOperation, int callers, int handles, CancellationToken cancellationToken)
    {
        // The first round of each only warms up.
        var (ours, theirs) = (0.0, 0.0);
        for (var round = 0; round <= Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Open only while they are used: each open connection costs xenstored time in every round of its loop.
            var opened = Enumerable.Range(0, handles).Select(_ => native.Open()).ToArray();
            var theirRate = await MeasureThreadsAsync(theirOperation, opened, callers);
            foreach (var handle in opened) native.Close(handle);

            var ourRate = await MeasureTasksAsync(ourOperation, callers);
            if (round > 0) (ours, theirs) = (Math.Max(ours, ourRate), Math.Max(theirs, theirRate));
        }

        return (ours, theirs);
    }

    private static async Task<double> MeasureThreadsAsync(Action<nint> operation, nint[] handles, int callers)
    {
        // Starting 64 threads takes a while: the clock runs from when the last one is there.
        var clock = new Stopwatch();
        using var start = new Barrier(callers, _ => clock.Start());
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                var count = 0;
                for (; clock.Elapsed < Round; count++) operation(handles[caller % handles.Length]);
                return count;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        return counts.Sum() / clock.Elapsed.TotalSeconds;
    }

    private static async Task<double> MeasureTasksAsync(Func<ValueTask> operation, int callers)
    {
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            for (; clock.Elapsed < Round; count++) await operation();
            return count;
        })));
        return counts.Sum() / clock.Elapsed.TotalSeconds;
    }
}
