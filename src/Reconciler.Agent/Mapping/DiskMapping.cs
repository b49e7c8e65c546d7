using Reconciler.Agent.Storage;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Storage;
using Reconciler.Api.Validation;
using Reconciler.Runtime;
using Reconciler.Xen.Host;
using DiskFormat = Reconciler.Api.Disks.DiskFormat;

namespace Reconciler.Agent.Mapping;

/// <summary>From a VBD to the disk that is attached for it.</summary>
internal sealed class DiskMapping(string host, IStorage storage, Func<string, XenStoragePool?> poolOf)
{
    /// <summary>The finding with its disk, or with what is wrong; of one that is being deleted, only with where its volume is.</summary>
    public DeviceFinding Map(DeviceFinding device)
    {
        var vbd = device.Vbd!;
        if (vbd.Spec is not { Source: { } source } spec) return device;
        PoolPlace? pool = null, origin = null;
        if (PlaceOf(source.Volume?.Pool ?? source.Iso?.Pool, ref pool) is { } none) return device with { Problem = none };
        var copied = source.Volume?.Create?.From?.Volume;
        // What it was made from may be gone when it goes itself.
        if (!device.IsBeingDeleted && PlaceOf(copied is null ? null : copied.Pool ?? source.Volume!.Pool, ref origin) is { } noOrigin) return device with { Problem = noOrigin };

        var place = Locate(source, pool, device.Uid) with
        {
            Domain = new ObjectKey(vbd.Metadata.Namespace, spec.Domain),
            IsAttached = device.IsAttached,
            CopyOf = origin is null ? null : new DiskSource
            {
                Path = origin.PathOf(copied!.Name), Pool = origin, IsBlockDevice = origin.Directory is null, Format = source.Volume!.Format ?? DiskFormat.Raw, ObjectUid = device.Uid,
            },
        };
        if (device.IsBeingDeleted) return device with { Source = place };
        if (!VbdDevice.TryParse(spec.Device, out _))
            return device with { Problem = new Problem(DeviceReadyCondition.NotSupported, $"spec.device: {spec.Device} is no name of a disk.") };
        var state = storage.Prepare(place);
        if (state.Problem is { } problem) return device with { Source = place, Problem = problem, Progress = state.Progress };
        return device with
        {
            Source = place,
            Size = state.Size,
            Disk = new DesiredDisk
            {
                ObjectUid = device.Uid,
                ObjectName = vbd.Metadata.Name!,
                Device = spec.Device,
                DevId = VbdDevice.Number(spec.Device),
                Path = state.Path!,
                Format = place.Format == DiskFormat.Qcow2 ? Xen.Host.DiskFormat.Qcow2 : Xen.Host.DiskFormat.Raw,
                ReadOnly = spec.Mode == VbdMode.ReadOnly || spec.Type == VbdType.CDROM,
                CdRom = spec.Type == VbdType.CDROM,
            },
        };
    }

    /// <returns>Why the pool can't be used; null when it can, or none is named.</returns>
    private Problem? PlaceOf(string? name, ref PoolPlace? place)
    {
        if (name is null) return null;
        if (poolOf(name) is not { } offered) return new Problem(DeviceReadyCondition.PoolNotReady, $"There is no XenStoragePool {name}.");
        if (XenStoragePoolValidation.Validate(offered) is [var error, ..]) return new Problem(DeviceReadyCondition.PoolNotReady, $"XenStoragePool {name} is not accepted: {error}");
        place = PoolPlace.Of(offered, host);
        return null;
    }

    private static DiskSource Locate(VbdSource source, PoolPlace? pool, Guid uid) => source switch
    {
        { Volume: { } volume } => new DiskSource
        {
            Path = pool!.PathOf(volume.Name), Pool = pool, IsBlockDevice = pool.Directory is null,
            Format = volume.Format ?? DiskFormat.Raw, Create = volume.Create, ObjectUid = uid,
        },
        { Iso: { } iso } => new DiskSource { Path = pool!.PathOf(iso.Name), Pool = pool, IsBlockDevice = pool.Directory is null, ObjectUid = uid },
        { BlockDevice: { } device } => new DiskSource { Path = device.Path, IsBlockDevice = true, ObjectUid = uid },
        _ => new DiskSource { Path = source.File!.Path, IsBlockDevice = false, Format = source.File.Format ?? DiskFormat.Raw, ObjectUid = uid },
    };
}
