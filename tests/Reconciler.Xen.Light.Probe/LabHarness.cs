using System.Diagnostics;
using Reconciler.Testing.Contract;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Probe;

/// <summary>The lab's dom0 as the contract needs it: <c>xl</c> is the person who makes domains by hand.</summary>
internal sealed class LabHarness(DomainType type) : IHostHarness, IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("contract-").FullName;
    private LibxlHost _host = LabHost.Open();
    private int _guests;
    private int _disks;

    public IXenHost Host => _host;

    public string MissingFile => "/guest/missing";

    public string ForbiddenFile => "/etc/passwd";

    public TimeSpan Patience => TimeSpan.FromSeconds(120);

    public string Bridge => "xenbr0";

    public string NewDiskFile()
    {
        var path = $"{LabHost.Disks}/{Path.GetFileName(_folder)}-{++_disks}.img";
        using var file = File.Create(path);
        file.SetLength(16 << 20);
        return path;
    }

    public async Task AttachByHandAsync(DomainRef domain, DesiredDisk disk, CancellationToken cancellationToken) =>
        await XlAsync(["block-attach", $"{domain.Domid}", $"format=raw,vdev={disk.Device},access=rw,target={disk.Path}"], cancellationToken);

    public DesiredDomain NewGuest() => LabHost.Guest(type, $"contract-{++_guests}");

    public async Task<DomainRef> MakeForeignAsync(string xenName, CancellationToken cancellationToken)
    {
        var uuid = Guid.NewGuid();
        var file = Path.Combine(_folder, $"{uuid}.cfg");
        await File.WriteAllTextAsync(file, $"name=\"{xenName}\"\nuuid=\"{uuid}\"\ntype=\"pv\"\nkernel=\"{LabHost.Kernel}\"\nmemory=128\n", cancellationToken);
        await XlAsync(["create", "-p", file], cancellationToken);
        return new DomainRef(uuid, int.Parse(await XlAsync(["domid", xenName], cancellationToken)));
    }

    public async Task RemoveForeignAsync(DomainRef domain, CancellationToken cancellationToken)
    {
        if ((await _host.ObserveAllAsync(cancellationToken)).All(seen => seen.Domid != domain.Domid || seen.XenUuid != domain.Uuid)) return; // the check has seen to it
        await XlAsync(["destroy", domain.Domid.ToString()], cancellationToken);
        while ((await _host.ObserveAllAsync(cancellationToken)).Any(seen => seen.Domid == domain.Domid && seen.XenUuid == domain.Uuid)) await PassAsync(TimeSpan.FromMilliseconds(200), cancellationToken);
    }

    public async Task ReopenAsync(CancellationToken cancellationToken)
    {
        await _host.DisposeAsync();
        _host = LabHost.Open();
    }

    public Task PassAsync(TimeSpan time, CancellationToken cancellationToken) => Task.Delay(time, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        foreach (var disk in Directory.EnumerateFiles(LabHost.Disks, $"{Path.GetFileName(_folder)}-*.img")) File.Delete(disk);
    }

    private static async Task<string> XlAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var xl = Process.Start(new ProcessStartInfo("xl", arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = await xl.StandardOutput.ReadToEndAsync(cancellationToken);
        await xl.WaitForExitAsync(cancellationToken);
        return xl.ExitCode == 0 ? output : throw new InvalidOperationException($"xl {string.Join(' ', arguments)} ended with exit code {xl.ExitCode}");
    }
}
