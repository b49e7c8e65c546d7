using Reconciler.Api.Storage;

namespace Reconciler.Agent.Storage;

/// <summary>What a XenStoragePool is on one host: exactly one of the three.</summary>
internal sealed record PoolPlace
{
    /// <summary>The name of the XenStoragePool, for messages.</summary>
    public required string Pool { get; init; }

    /// <summary>Absolute path of the directory that holds image files.</summary>
    public string? Directory { get; init; }

    /// <summary>The LVM volume group.</summary>
    public string? VolumeGroup { get; init; }

    /// <summary>The thin pool of the volume group in which volumes are made; null: they are thick.</summary>
    public string? ThinPool { get; init; }

    /// <summary>Absolute path of the directory that holds the block devices.</summary>
    public string? Devices { get; init; }

    /// <summary>Where the volumes are, as a directory of dom0: udev keeps one link for each logical volume in /dev/VG.</summary>
    public string Folder => Directory ?? Devices ?? $"/dev/{VolumeGroup}";

    /// <summary>Absolute path of a volume: its name in the folder, as it is. An image file has no other extension than the name has.</summary>
    public string PathOf(string volume) => $"{Folder.TrimEnd('/')}/{volume}";

    /// <param name="pool">A pool whose spec is valid.</param>
    /// <param name="host">The name of the XenHost; what the pool says of it in particular counts before what it says of all.</param>
    public static PoolPlace Of(XenStoragePool pool, string host)
    {
        var own = pool.Spec!.Hosts?.FirstOrDefault(h => h.Name == host);
        return new PoolPlace
        {
            Pool = pool.Metadata.Name!,
            Directory = own is null ? pool.Spec.Directory?.Path : own.Directory?.Path,
            VolumeGroup = own is null ? pool.Spec.Lvm?.VolumeGroup : own.Lvm?.VolumeGroup,
            ThinPool = own is null ? pool.Spec.Lvm?.ThinPool : own.Lvm?.ThinPool,
            Devices = own is null ? pool.Spec.BlockDevices?.Directory : own.BlockDevices?.Directory,
        };
    }
}
