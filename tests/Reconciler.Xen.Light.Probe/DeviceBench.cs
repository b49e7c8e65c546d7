using System.Diagnostics;
using System.Globalization;
using Reconciler.Xen.Host;
using Reconciler.Xen.Store;

namespace Reconciler.Xen.Light.Probe;

/// <summary>
/// Disks that come and go, and a guest that is started with many devices: by the Host port with warm workers, and by <c>xl</c>, in turn in one
/// run, both from outside: by what xenstore shows. A line for each: <c>WHAT ours|xl SECONDS</c>, and <c>WHAT ours|xl REQUESTS requests</c> of
/// one more round that xenstored logs, and of some idleness.
/// </summary>
internal static class DeviceBench
{
    private const string BlockDevice = "/dev/vdc";
    private const string Folder = $"{LabHost.Disks}/bench";
    private const string Image = $"{Folder}/image";
    private const string Config = "/tmp/bench-devices.cfg";
    private const int Disks = 8;
    private const int Nics = 4;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Idleness = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <param name="args">How many rounds, after one that warms up.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = int.Parse(args[0], CultureInfo.InvariantCulture);
        Directory.CreateDirectory(Folder);
        for (var i = 0; i <= Disks; i++) await MakeImageAsync(i == Disks ? Image : $"{Folder}/{i}");
        await using var xenstore = await XenstoreClient.ConnectAsync();
        await using var host = LabHost.Open(policy: policy => policy with { DiskDirectories = [LabHost.Disks, BlockDevice] });
        await RunDisksAsync(host, xenstore, rounds);
        await RunStartsAsync(host, rounds);
        return 0;
    }

    private static async Task RunDisksAsync(LibxlHost host, XenstoreClient xenstore, int rounds)
    {
        var guest = LabHost.Guest(DomainType.Pv, "bench");
        DomainRef domain = new(guest.Uuid, await host.CreatePausedAsync(guest, default));
        await host.UnpauseAsync(domain, default);
        while (!File.ReadAllText($"/var/log/xen/guest-{guest.XenName}.log").Contains("GUEST-READY", StringComparison.Ordinal)) await Task.Delay(200);

        foreach (var (what, path) in ((string, string)[])[("block-device", BlockDevice), ("image", Image)])
        {
            var disk = LabHost.Disk("xvdb", 51728, path);
            DiskTurn ours = new(
                () => host.AttachDiskAsync(domain, disk, default),
                async connection =>
                {
                    await host.RequestDetachAsync(domain, disk.Ref, default);
                    await connection.UntilAsync(seen => seen is (XenbusState.Closed or null, XenbusState.Closed or null));
                    await host.DetachAsync(domain, disk.Ref, force: false, default);
                });
            DiskTurn xl = new(
                () => XlAsync("block-attach", $"{domain.Domid}", $"format=raw,vdev=xvdb,access=rw,target={path}"),
                _ => XlAsync("block-detach", $"{domain.Domid}", "xvdb"));
            for (var round = 0; round <= rounds; round++)
            {
                await TurnAsync(xenstore, domain, what, "ours", ours, quiet: round == 0);
                await TurnAsync(xenstore, domain, what, "xl", xl, quiet: round == 0);
            }
            await TurnAsync(xenstore, domain, what, "ours", ours, quiet: true, log: true);
            await TurnAsync(xenstore, domain, what, "xl", xl, quiet: true, log: true);
        }
        await IdleAsync(host, domain);
        await host.DestroyAsync(domain, default);
        await LabHost.WaitAsync(host, guest.Key, seen => seen is null, "guest to go");
    }

    /// <summary>Somebody listens for signals, as the agent does.</summary>
    private static async Task IdleAsync(LibxlHost host, DomainRef domain)
    {
        using CancellationTokenSource stop = new();
        var listening = ListenAsync();
        await host.AttachDiskAsync(domain, LabHost.Disk("xvdb", 51728, Image), default);
        await host.AttachNicAsync(domain, LabHost.Nic(0), default);
        await Task.Delay(Settled);
        XenstoredLog.Begin();
        await Task.Delay(Idleness);
        Console.WriteLine($"idle ours {XenstoredLog.End()} requests");
        await stop.CancelAsync();
        await listening;

        async Task ListenAsync()
        {
            await foreach (var _ in host.SignalsAsync(stop.Token)) { }
        }
    }

    private static async Task TurnAsync(XenstoreClient xenstore, DomainRef domain, string what, string who, DiskTurn turn, bool quiet, bool log = false)
    {
        await using var connection = await DiskConnection.WatchAsync(xenstore, domain.Domid, 51728);
        await MeasureAsync("attach", async () =>
        {
            await turn.Attach();
            await connection.UntilAsync(seen => seen is (XenbusState.Connected, XenbusState.Connected));
        });
        await MeasureAsync("detach", async () =>
        {
            await turn.Detach(connection);
            await connection.UntilAsync(seen => seen is (null, null));
        });

        async Task MeasureAsync(string part, Func<Task> act)
        {
            // What has begun before, the guest's and dom0's udev included, shall be over.
            await Task.Delay(TimeSpan.FromSeconds(1));
            if (log) XenstoredLog.Begin();
            var watch = Stopwatch.StartNew();
            await act().WaitAsync(Patience);
            var time = watch.Elapsed;
            if (log) Console.WriteLine($"{part}-{what} {who} {XenstoredLog.End()} requests");
            if (!quiet) Console.WriteLine($"{part}-{what} {who} {time.TotalSeconds:F3}");
        }
    }

    private static async Task RunStartsAsync(LibxlHost host, int rounds)
    {
        for (var round = 0; round <= rounds; round++)
        {
            var guest = LabHost.Guest(DomainType.Pv, "bench") with
            {
                Disks = [.. Enumerable.Range(0, Disks).Select(i => LabHost.Disk($"xvd{(char)('a' + i)}", 51712 + 16 * i, $"{Folder}/{i}"))],
                Nics = [.. Enumerable.Range(0, Nics).Select(LabHost.Nic)],
            };
            var watch = Stopwatch.StartNew();
            DomainRef domain = new(guest.Uuid, await host.CreatePausedAsync(guest, default));
            await host.UnpauseAsync(domain, default);
            if (round > 0) Console.WriteLine($"start ours {watch.Elapsed.TotalSeconds:F3}");
            await host.DestroyAsync(domain, default);
            await LabHost.WaitAsync(host, guest.Key, seen => seen is null, "guest to go");

            await File.WriteAllTextAsync(Config, ConfigOf(guest));
            await Task.Delay(TimeSpan.FromSeconds(1));
            watch.Restart();
            await XlAsync("create", Config);
            if (round > 0) Console.WriteLine($"start xl {watch.Elapsed.TotalSeconds:F3}");
            await XlAsync("destroy", guest.Name);
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    private static string ConfigOf(DesiredDomain guest) => $"""
        name = "{guest.Name}"
        type = "pv"
        kernel = "{guest.Boot.Kernel}"
        ramdisk = "{guest.Boot.Ramdisk}"
        cmdline = "{guest.Boot.Cmdline}"
        memory = {guest.MemoryKiB / 1024}
        vcpus = {guest.Vcpus}
        disk = [{string.Join(", ", guest.Disks.Select(disk => $"\"format=raw,vdev={disk.Device},access=rw,target={disk.Path}\""))}]
        vif = [{string.Join(", ", guest.Nics.Select(nic => $"\"mac={nic.Mac},bridge={nic.Bridge}\""))}]

        """;

    private static async Task MakeImageAsync(string path)
    {
        await using var file = File.Create(path);
        file.SetLength(16 << 20);
    }

    private static async Task XlAsync(params string[] arguments)
    {
        using var xl = Process.Start(new ProcessStartInfo("xl", arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        await xl.StandardOutput.ReadToEndAsync();
        await xl.WaitForExitAsync();
        if (xl.ExitCode != 0) throw new InvalidOperationException($"xl {string.Join(' ', arguments)} ended with exit code {xl.ExitCode}");
    }

    private sealed record DiskTurn(Func<Task> Attach, Func<DiskConnection, Task> Detach);
}
