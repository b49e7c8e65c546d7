using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Policy;
using Reconciler.Xen.Light.Worker;

namespace Reconciler.Xen.Light.Probe;

/// <summary>The lab's Xen host, from within its dom0, and the guest that lies there.</summary>
internal static class LabHost
{
    public const string Kernel = "/guest/vmlinux";

    /// <summary>A file system with room.</summary>
    public const string Disks = "/srv";

    private static readonly HostPolicy Policy = new() { BootDirectories = ["/guest"], DiskDirectories = [Disks], AdoptableDomains = ["*"] };

    public static LibxlHost Open(Func<OperationLimits, OperationLimits>? limits = null, Func<HostPolicy, HostPolicy>? policy = null) => new(
        new LibxlHostOptions
        {
            Policy = policy?.Invoke(Policy) ?? Policy,
            Limits = limits?.Invoke(new OperationLimits()) ?? new OperationLimits(),
            Workers = new() { OnLog = line => Console.Error.WriteLine($"[{line.WorkerPid} {line.Operation}] {line.Text}") },
        },
        TimeProvider.System);

    public static DesiredDomain Guest(DomainType type, string name) => new()
    {
        Uuid = Guid.NewGuid(),
        Namespace = "lab",
        Name = name,
        Generation = 1,
        Type = type,
        Vcpus = 1,
        MemoryKiB = 64 * 1024,
        Boot = new DirectBoot(Kernel, "/guest/guest.cpio", "console=hvc0 quiet mitigations=off"),
        Power = DesiredPower.Running,
    };

    public static DesiredDisk Disk(string device, int devId, string path) => new()
    {
        ObjectUid = Guid.NewGuid(),
        ObjectName = device,
        Device = device,
        DevId = devId,
        Path = path,
    };

    public static DesiredNic Nic(int index) => new()
    {
        ObjectUid = Guid.NewGuid(),
        ObjectName = $"eth{index}",
        Index = index,
        Mac = $"00:16:3e:00:00:{index:x2}",
        Bridge = "xenbr0",
    };

    public static async Task WaitAsync(LibxlHost host, DomainKey key, Func<ObservedDomain?, bool> condition, string what)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        while (!condition((await host.ObserveAsync(key, default)).Domains is [.., var domain] ? domain : null))
        {
            if (limit.IsCancellationRequested) throw new TimeoutException($"waited 60 s for the {what}");
            await Task.Delay(200);
        }
    }
}
