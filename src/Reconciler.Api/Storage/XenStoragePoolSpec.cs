using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Storage;

/// <summary>What the pool is on the hosts: exactly one of directory, lvm and blockDevices.</summary>
[ValidationRule(ExactlyOne, ExactlyOneMessage)]
[ValidationRule(
    "!has(self.hosts) || self.hosts.all(h, has(h.directory) == has(self.directory) && has(h.lvm) == has(self.lvm)"
    + " && has(h.blockDevices) == has(self.blockDevices))",
    "a host's entry must be of the same type as the pool")]
public sealed record XenStoragePoolSpec
{
    public const int MaximumHosts = 256;

    internal const string ExactlyOne =
        "(has(self.directory) ? 1 : 0) + (has(self.lvm) ? 1 : 0) + (has(self.blockDevices) ? 1 : 0) == 1";

    internal const string ExactlyOneMessage = "exactly one of directory, lvm and blockDevices must be given";

    /// <summary>Volumes are files in a directory.</summary>
    public DirectoryPool? Directory { get; init; }

    /// <summary>Volumes are logical volumes.</summary>
    public LvmPool? Lvm { get; init; }

    /// <summary>Volumes are block devices that exist.</summary>
    public BlockDevicePool? BlockDevices { get; init; }

    /// <summary>
    /// Whether all hosts that have the pool see the same volumes in it (a SAN, NFS). Only then is a Domain that uses it ever moved to another host:
    /// elsewhere its volumes are not, or others of the same names are.
    /// </summary>
    [Default(false)]
    public bool? Shared { get; init; }

    /// <summary>Hosts on which the pool is somewhere else. A host that is not named uses what is said above.</summary>
    [Length(0, MaximumHosts)]
    [ListMap("name")]
    public IReadOnlyList<StoragePoolHost>? Hosts { get; init; }
}
