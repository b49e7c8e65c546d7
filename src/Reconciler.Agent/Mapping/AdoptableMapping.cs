using Reconciler.Api;
using Reconciler.Api.Hosts;
using Reconciler.Xen.Host;
using DiskFormat = Reconciler.Api.Disks.DiskFormat;
using DomainType = Reconciler.Api.Domains.DomainType;
using PowerState = Reconciler.Api.Domains.PowerState;
using RestartPolicy = Reconciler.Api.Domains.RestartPolicy;

namespace Reconciler.Agent.Mapping;

/// <summary>From domains of others to what the XenHost tells of them. Pure.</summary>
internal static class AdoptableMapping
{
    /// <summary>As many are told of: an object has its limits. The first by name; adopt some, and there is room for others.</summary>
    public const int Most = 32;

    /// <summary>Null: there are none.</summary>
    public static IReadOnlyList<HostAdoptable>? ToStatus(IReadOnlyList<FoundDomain> found) => found.Count == 0 ? null : [.. found.Take(Most).Select(ToStatus)];

    private static HostAdoptable ToStatus(FoundDomain found) => new()
    {
        Name = found.XenName,
        Uuid = found.Ref.Uuid.ToString(),
        Domid = found.Ref.Domid,
        Type = found.Type switch { Xen.Host.DomainType.Pv => DomainType.PV, Xen.Host.DomainType.Pvh => DomainType.PVH, _ => null },
        PowerState = found.IsPaused ? PowerState.Paused : PowerState.Running,
        Vcpus = found.Vcpus,
        Memory = Quantity.FromKiB(found.MemoryKiB).ToString(),
        Kernel = found.Boot?.Kernel,
        Ramdisk = found.Boot?.Ramdisk,
        Cmdline = found.Boot?.Cmdline,
        RestartPolicy = found switch { { RestartsAfterPoweroff: true } => RestartPolicy.Always, { RestartsAfterCrash: true } => RestartPolicy.OnFailure, _ => RestartPolicy.Never },
        Disks = found.Disks.Count == 0 ? null :
        [
            .. found.Disks.OrderBy(disk => disk.DevId).Select(disk => new HostAdoptableDisk
            {
                Device = disk.Device,
                Path = disk.Path,
                Format = disk.Format is Xen.Host.DiskFormat.Qcow2 ? DiskFormat.Qcow2 : DiskFormat.Raw,
                ReadOnly = disk.ReadOnly ? true : null,
                Cdrom = disk.CdRom ? true : null,
            }),
        ],
        Nics = found.Nics.Count == 0 ? null :
        [
            .. found.Nics.OrderBy(nic => nic.Index).Select(nic => new HostAdoptableNic
            {
                Index = nic.Index, MacAddress = nic.Mac, Bridge = nic.Bridge, Mtu = nic.Mtu, RateBytesPerSecond = nic.RateBytesPerSecond,
            }),
        ],
        NotExpressed = found.Unexpressed.Count == 0 ? null : [.. found.Unexpressed],
    };
}
