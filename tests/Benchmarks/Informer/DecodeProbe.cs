using System.Diagnostics;
using System.Text.Json;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Http;

namespace Reconciler.Benchmarks.Informer;

/// <summary>In a process of its own: a page of a list is decoded from memory, over and over, by one thread; and in turn with that a bare reader walks through it.</summary>
internal static class DecodeProbe
{
    public const string Name = "decode";
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);
    private const int Rounds = 5;

    public static async Task RunAsync()
    {
        var page = DomainServer.PageOf(DomainServerOptions.PageSize);
        await RateAsync(page, Warm, DecodeAsync);
        await RateAsync(page, Warm, WalkAsync);
        // The best of some: what else runs on the machine only ever slows a round down.
        var (decoded, allocated, walked) = (0d, 0d, 0d);
        for (var round = 0; round < Rounds; round++)
        {
            var (rate, perByte) = await RateAsync(page, Round, DecodeAsync);
            if (rate > decoded)
                (decoded, allocated) = (rate, perByte);
            walked = Math.Max(walked, (await RateAsync(page, Round, WalkAsync)).BytesPerSecond);
        }
        Probe.Answer(new DecodeMeasurement(decoded, allocated, walked));
    }

    private static async Task<(double BytesPerSecond, double AllocatedPerByte)> RateAsync(byte[] page, TimeSpan duration, Func<byte[], Task> work)
    {
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        // The processor's time, collections included, and not the clock's: the machine has other work.
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var bytes = 0L;
        while (clock.Elapsed < duration)
        {
            await work(page);
            bytes += page.Length;
        }
        var seconds = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        return (bytes / seconds, (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / bytes);
    }

    private static async Task DecodeAsync(byte[] page)
    {
        using var stream = new MemoryStream(page);
        var list = await new ListDecoder<Domain>().ReadAsync(stream, CancellationToken.None);
        if (list.Items.Count != DomainServerOptions.PageSize)
            throw new InvalidOperationException($"{list.Items.Count} objects were decoded");
    }

    private static Task WalkAsync(byte[] page)
    {
        var reader = new Utf8JsonReader(page);
        while (reader.Read())
        {
        }
        return Task.CompletedTask;
    }
}
