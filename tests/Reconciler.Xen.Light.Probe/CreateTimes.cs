using System.Diagnostics;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Probe;

/// <summary>How long create-paused plus unpause takes with warm workers: what <c>xl create</c> does in one go. One line of seconds for each domain.</summary>
internal static class CreateTimes
{
    public static async Task<int> RunAsync(string[] args)
    {
        var type = args is ["pv", ..] ? DomainType.Pv : DomainType.Pvh;
        var count = args is [_, var number] ? int.Parse(number) : 5;
        await using LibxlHost host = LabHost.Open();
        await host.DescribeAsync(default);
        for (var i = 0; i < count; i++)
        {
            var domain = LabHost.Guest(type, "bench");
            var watch = Stopwatch.StartNew();
            DomainRef made = new(domain.Uuid, await host.CreatePausedAsync(domain, default));
            var created = watch.Elapsed;
            await host.UnpauseAsync(made, default);
            var unpaused = watch.Elapsed;
            await host.DestroyAsync(made, default);
            await LabHost.WaitAsync(host, domain.Key, seen => seen is null, "domain to go");
            Console.WriteLine($"{created.TotalSeconds:F3} {unpaused.TotalSeconds:F3}");
        }
        return 0;
    }
}
