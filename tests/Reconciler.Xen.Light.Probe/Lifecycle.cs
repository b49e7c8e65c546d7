using System.Diagnostics;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Probe;

/// <summary>One domain's life on the real host, with the time that each step took, as a table.</summary>
internal static class Lifecycle
{
    public static async Task<int> RunAsync(string[] args)
    {
        var type = args is ["pv", ..] ? DomainType.Pv : DomainType.Pvh;
        await using LibxlHost host = LabHost.Open();
        await TimeAsync("describe", () => host.DescribeAsync(default));
        Console.WriteLine(await host.DescribeAsync(default));
        foreach (var degradation in host.Degradations) Console.WriteLine($"degraded: {degradation}");

        using CancellationTokenSource stop = new();
        var signals = PrintSignalsAsync(host, stop.Token);
        var domain = LabHost.Guest(type, "lifecycle");
        foreach (var objection in await TimeAsync("check", () => host.CheckAsync(domain, default))) Console.WriteLine(objection);
        var domid = await TimeAsync("create-paused", () => host.CreatePausedAsync(domain, default));
        DomainRef reference = new(domain.Uuid, domid);
        Print(await TimeAsync("observe", () => host.ObserveAsync(domain.Key, default)));
        await TimeAsync("unpause", () => host.UnpauseAsync(reference, default));
        await TimeAsync("request-shutdown", () => AskAsync(host, reference));
        await LabHost.WaitAsync(host, domain.Key, seen => seen is { State: RunState.ShutDown }, "guest to end");
        Print(await host.ObserveAsync(domain.Key, default));
        await TimeAsync("destroy", () => host.DestroyAsync(reference, default));
        await LabHost.WaitAsync(host, domain.Key, seen => seen is null, "domain to go");
        Print(await TimeAsync("observe", () => host.ObserveAsync(domain.Key, default)));
        await TimeAsync("observe all", () => host.ObserveAllAsync(default));
        await stop.CancelAsync();
        await signals;
        return 0;
    }

    private static async Task<bool> AskAsync(LibxlHost host, DomainRef domain)
    {
        while (true)
        {
            try
            {
                await host.RequestShutdownAsync(domain, default);
                return true;
            }
            catch (XenException e) when (e.Code is XenErrorCode.NotSupported)
            {
                Console.WriteLine($"  {e.Message}");
                await Task.Delay(500);
            }
        }
    }

    private static void Print(Observation seen)
    {
        Console.WriteLine($"  {seen.Domains.Count} domain(s), name held by {seen.NameHeldBy?.Domid.ToString() ?? "none"}, busy {seen.OperationInProgress}");
        foreach (var domain in seen.Domains) Console.WriteLine($"  {domain}");
    }

    private static async Task PrintSignalsAsync(LibxlHost host, CancellationToken stop)
    {
        await foreach (var signal in host.SignalsAsync(stop)) Console.WriteLine($"  signal {signal.Uuid?.ToString() ?? "resync"}");
    }

    private static async Task TimeAsync(string what, Func<Task> act) => await TimeAsync<object?>(what, async () =>
    {
        await act();
        return null;
    });

    private static async Task<T> TimeAsync<T>(string what, Func<Task<T>> act)
    {
        var watch = Stopwatch.StartNew();
        var result = await act();
        Console.WriteLine($"{what,-18} {watch.Elapsed.TotalSeconds,7:F3} s");
        return result;
    }
}
