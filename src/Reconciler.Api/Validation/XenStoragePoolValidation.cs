using Reconciler.Api.Storage;

namespace Reconciler.Api.Validation;

/// <summary>What a XenStoragePool must fulfil by itself; the schema says the same.</summary>
/// <remarks>Pure: what the hosts can reach, their agents say.</remarks>
public static class XenStoragePoolValidation
{
    /// <summary>Every field that is wrong, in the order of the manifest; empty when the pool is acceptable.</summary>
    public static IReadOnlyList<FieldError> Validate(XenStoragePool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        if (pool.Spec is not { } spec) return [new FieldError("spec", null, "a XenStoragePool needs a spec", "Give one of spec.directory, spec.lvm and spec.blockDevices")];

        IEnumerable<FieldError?> errors =
        [
            .. Backing("spec", spec.Directory, spec.Lvm, spec.BlockDevices),
            .. HostNames.Validate("spec.hosts", [.. (spec.Hosts ?? []).Select(host => host.Name)], XenStoragePoolSpec.MaximumHosts),
            .. (spec.Hosts ?? []).SelectMany(host => OfHost(spec, host)),
        ];
        return [.. errors.OfType<FieldError>()];
    }

    private static IEnumerable<FieldError?> OfHost(XenStoragePoolSpec spec, StoragePoolHost host)
    {
        var path = $"spec.hosts[{host.Name}]";
        var (type, own) = (TypeOf(spec.Directory, spec.Lvm, spec.BlockDevices), TypeOf(host.Directory, host.Lvm, host.BlockDevices));
        return type is null || own is null || type == own
            ? Backing(path, host.Directory, host.Lvm, host.BlockDevices)
            : [new FieldError($"{path}.{own}", "", $"the pool is of the type {type}", $"Use {type}, or make another pool")];
    }

    /// <summary>The field that is given, where it is exactly one.</summary>
    private static string? TypeOf(DirectoryPool? directory, LvmPool? lvm, BlockDevicePool? blockDevices) =>
        (directory, lvm, blockDevices) switch
        {
            ({ }, null, null) => "directory",
            (null, { }, null) => "lvm",
            (null, null, { }) => "blockDevices",
            _ => null,
        };

    private static IEnumerable<FieldError?> Backing(string path, DirectoryPool? directory, LvmPool? lvm, BlockDevicePool? blockDevices)
    {
        if (TypeOf(directory, lvm, blockDevices) is null)
        {
            return
            [
                new FieldError(
                    path, directory is null && lvm is null && blockDevices is null ? null : "more than one",
                    "exactly one of directory, lvm and blockDevices must be given", "Keep one of them"),
            ];
        }

        return
        [
            directory is null ? null : FieldRules.HostPath($"{path}.directory.path", directory.Path ?? "", "such as /srv/pool", "directory"),
            lvm is null ? null : LvmName($"{path}.lvm.volumeGroup", lvm.VolumeGroup, "volume group"),
            lvm?.ThinPool is null ? null : LvmName($"{path}.lvm.thinPool", lvm.ThinPool, "thin pool"),
            blockDevices is null
                ? null
                : FieldRules.HostPath($"{path}.blockDevices.directory", blockDevices.Directory ?? "", "such as /dev/disk/by-id", "directory"),
        ];
    }

    private static FieldError? LvmName(string field, string? name, string what) => FieldRules.Matches(
        field, name, LvmPool.NamePattern, LvmPool.MaximumNameLength,
        $"not the name of a {what}: letters, digits and + _ . -, the first neither . nor -", "Give a name that vgs and lvs show");
}
