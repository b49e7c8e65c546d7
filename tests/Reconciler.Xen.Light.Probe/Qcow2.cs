using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Probe;

/// <summary>Disks that QEMU serves: one from the start, one that comes and goes later, and one where there is no QEMU.</summary>
internal static class Qcow2
{
    /// <param name="args">The type; two qcow2 images below <see cref="LabHost.Disks"/>, and one that is damaged behind its header.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var type = args is ["pv", ..] ? DomainType.Pv : DomainType.Pvh;
        await using LibxlHost host = LabHost.Open();
        DesiredDisk first = Disk("xvda", 51712, args[1]), second = Disk("xvdb", 51728, args[2]), damaged = Disk("xvdc", 51744, args[3]);
        var guest = LabHost.Guest(type, "qcow2") with { Disks = [first] };
        DomainRef domain = new(guest.Uuid, await host.CreatePausedAsync(guest, default));
        await PrintAsync(host, guest, "created");
        await host.UnpauseAsync(domain, default);
        await UntilAsync(host, guest, first.Ref, d => d is { Frontend: XenbusState.Connected });
        await PrintAsync(host, guest, "connected");
        await TryAsync("attach", () => host.AttachDiskAsync(domain, second, default));
        await UntilAsync(host, guest, second.Ref, d => d is { Frontend: XenbusState.Connected });
        await PrintAsync(host, guest, "second connected");
        await TryAsync("request", () => host.RequestDetachAsync(domain, second.Ref, default));
        await UntilAsync(host, guest, second.Ref, d => d is null or { IsLetGo: true });
        await PrintAsync(host, guest, "let go");
        await TryAsync("detach", () => host.DetachAsync(domain, second.Ref, force: false, default));
        await PrintAsync(host, guest, "detached");
        await TryAsync("attach damaged", () => host.AttachDiskAsync(domain, damaged, default));
        await PrintAsync(host, guest, "after the damaged one");
        await TryAsync("force detach of the first", () => host.DetachAsync(domain, first.Ref, force: true, default));
        await PrintAsync(host, guest, "forced");
        await host.DestroyAsync(domain, default);

        var plain = LabHost.Guest(type, "plain");
        domain = new(plain.Uuid, await host.CreatePausedAsync(plain, default));
        await TryAsync("attach without QEMU", () => host.AttachDiskAsync(domain, second, default));
        await PrintAsync(host, plain, "refused");
        await host.DestroyAsync(domain, default);
        return 0;
    }

    private static DesiredDisk Disk(string device, int devId, string path) => LabHost.Disk(device, devId, path) with { Format = DiskFormat.Qcow2 };

    private static async Task TryAsync(string what, Func<Task> act)
    {
        try
        {
            await act();
            Console.WriteLine($"{what}: done");
        }
        catch (XenException e)
        {
            Console.WriteLine($"{what}: {e.Code}: {e.Message}");
        }
    }

    private static async Task UntilAsync(LibxlHost host, DesiredDomain guest, DeviceRef device, Func<ObservedDevice?, bool> condition)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        while (!condition((await host.ObserveAsync(guest.Key, default)).Domains[^1].Devices.FirstOrDefault(d => d.Ref == device)))
        {
            if (limit.IsCancellationRequested)
            {
                Console.WriteLine("waited 60 s in vain");
                return;
            }
            await Task.Delay(100);
        }
    }

    private static async Task PrintAsync(LibxlHost host, DesiredDomain guest, string when)
    {
        var seen = (await host.ObserveAsync(guest.Key, default)).Domains[^1];
        Console.WriteLine($"{when}: {string.Join("; ", seen.Devices.Select(d => $"{d.Ref} backend {d.Backend} frontend {d.Frontend} hotplug {d.HotplugDone} ours {d.Mark is not null} {d.Error}"))}");
    }
}
