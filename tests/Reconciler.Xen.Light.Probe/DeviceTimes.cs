using System.Diagnostics;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Probe;

/// <summary>A disk and a NIC come and go on the real host, with what is seen of them and the time that each step took.</summary>
internal static class DeviceTimes
{
    private const string Image = "/srv/probe.img";

    public static async Task<int> RunAsync(string[] args)
    {
        var type = args is ["pv", ..] ? DomainType.Pv : DomainType.Pvh;
        var count = args is [_, var number, ..] ? int.Parse(number) : 3;
        await File.WriteAllBytesAsync(Image, new byte[16 << 20]);
        await using LibxlHost host = LabHost.Open();
        using CancellationTokenSource stop = new();
        var signals = CountSignalsAsync(host, stop.Token);
        var guest = LabHost.Guest(type, "devices");
        DomainRef domain = new(guest.Uuid, await host.CreatePausedAsync(guest, default));
        await host.UnpauseAsync(domain, default);
        await Task.Delay(TimeSpan.FromSeconds(30)); // its kernel is up
        for (var i = 0; i < count; i++)
        {
            await TurnAsync(host, guest, domain, LabHost.Disk("xvdb", 51728, Image).Ref, () => host.AttachDiskAsync(domain, LabHost.Disk("xvdb", 51728, Image), default));
            await TurnAsync(host, guest, domain, LabHost.Nic(0).Ref, () => host.AttachNicAsync(domain, LabHost.Nic(0), default));
        }
        await host.DestroyAsync(domain, default);
        await stop.CancelAsync();
        Console.WriteLine($"{await signals} signals");
        return 0;
    }

    private static async Task TurnAsync(LibxlHost host, DesiredDomain guest, DomainRef domain, DeviceRef device, Func<Task> attach)
    {
        var watch = Stopwatch.StartNew();
        await attach();
        var attached = watch.Elapsed;
        await UntilAsync(host, guest, device, seen => seen is { Frontend: XenbusState.Connected, Backend: XenbusState.Connected });
        var connected = watch.Elapsed;
        watch.Restart();
        await host.RequestDetachAsync(domain, device, default);
        var requested = watch.Elapsed;
        await UntilAsync(host, guest, device, seen => seen is null or { IsLetGo: true });
        var letGo = watch.Elapsed;
        await host.DetachAsync(domain, device, force: false, default);
        Console.WriteLine($"{device} attach {attached.TotalSeconds:F3} connected {connected.TotalSeconds:F3}; request {requested.TotalSeconds:F3} let go {letGo.TotalSeconds:F3} detach {watch.Elapsed.TotalSeconds:F3}");
    }

    private static async Task UntilAsync(LibxlHost host, DesiredDomain guest, DeviceRef device, Func<ObservedDevice?, bool> condition)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        for (ObservedDevice? last = null; ;)
        {
            var seen = (await host.ObserveAsync(guest.Key, default)).Domains[^1].Devices.FirstOrDefault(d => d.Ref == device);
            if (seen != last) Console.WriteLine($"  {seen?.ToString() ?? "nothing"}");
            last = seen;
            if (condition(seen)) return;
            if (limit.IsCancellationRequested) throw new TimeoutException($"waited 30 s for {device}");
            await Task.Delay(20);
        }
    }

    private static async Task<int> CountSignalsAsync(LibxlHost host, CancellationToken stop)
    {
        var count = 0;
        await foreach (var _ in host.SignalsAsync(stop)) count++;
        return count;
    }
}
