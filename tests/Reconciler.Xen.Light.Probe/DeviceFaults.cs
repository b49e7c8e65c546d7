using System.Diagnostics;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Probe;

/// <summary>Attaches and detaches whose worker is killed, each a little later than the one before: what each leaves, and that nothing stays.</summary>
internal static class DeviceFaults
{
    private const string Image = $"{LabHost.Disks}/faults.img";

    public static async Task<int> RunAsync(string[] args)
    {
        var step = args is [_, var milliseconds, ..] ? int.Parse(milliseconds) : 300;
        var rounds = args is [_, _, var number, ..] ? int.Parse(number) : 10;
        await File.WriteAllBytesAsync(Image, new byte[16 << 20]);
        var guest = LabHost.Guest(args is ["pv", ..] ? DomainType.Pv : DomainType.Pvh, "faults");
        var disk = LabHost.Disk("xvdb", 51728, Image);
        await using LibxlHost patient = LabHost.Open();
        DomainRef domain = new(guest.Uuid, await patient.CreatePausedAsync(guest, default));
        var failed = 0;
        for (var round = 1; round <= rounds; round++)
        {
            await using LibxlHost hasty = LabHost.Open(limits => limits with { Attach = TimeSpan.FromMilliseconds(round * step), Detach = TimeSpan.FromMilliseconds(round * step) });
            await hasty.DescribeAsync(default);
            Console.WriteLine($"attach cut at {round * step} ms: {await OutcomeAsync(() => hasty.AttachDiskAsync(domain, disk, default))}; {await LeftAsync(patient, guest)}");
            await patient.DetachAsync(domain, disk.Ref, force: true, default);
            var left = await LeftAsync(patient, guest);
            if (left != Nothing) failed++;
            await patient.AttachDiskAsync(domain, disk, default);
            Console.WriteLine($"  left after detach: {left}; attached again; detach cut: {await OutcomeAsync(() => hasty.DetachAsync(domain, disk.Ref, force: true, default))}; {await LeftAsync(patient, guest)}");
            await patient.DetachAsync(domain, disk.Ref, force: true, default);
            left = await LeftAsync(patient, guest);
            if (left != Nothing) failed++;
            Console.WriteLine($"  left after detach: {left}");
        }
        await patient.DestroyAsync(domain, default);
        File.Delete(Image);
        Console.WriteLine(failed == 0 ? "nothing was left" : $"{failed} leftovers");
        return failed == 0 ? 0 : 1;
    }

    private const string Nothing = "no device, no entry, no loop device";

    private static async Task<string> OutcomeAsync(Func<Task> act)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            await act();
            return $"done after {watch.ElapsedMilliseconds} ms";
        }
        catch (XenException e)
        {
            return $"{e.Code}";
        }
    }

    private static async Task<string> LeftAsync(LibxlHost host, DesiredDomain guest)
    {
        var seen = (await host.ObserveAsync(guest.Key, default)).Domains[^1];
        var loops = Directory.EnumerateFiles("/sys/block", "backing_file", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 })
            .Count(file => File.ReadAllText(file).StartsWith(Image, StringComparison.Ordinal));
        return seen.Devices is [] && seen.Mark!.Devices is [] && loops == 0
            ? Nothing
            : $"{seen.Devices.Count} devices ({string.Join(", ", seen.Devices.Select(d => $"backend {d.Backend}, hotplug {d.HotplugDone}, ours {d.Mark is not null}, {d.Error}"))}), {loops} loop devices";
    }
}
