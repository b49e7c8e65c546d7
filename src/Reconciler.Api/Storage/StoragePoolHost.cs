using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Storage;

/// <summary>What a pool is on one host. Of the same type as the pool.</summary>
[ValidationRule(XenStoragePoolSpec.ExactlyOne, XenStoragePoolSpec.ExactlyOneMessage)]
public sealed record StoragePoolHost
{
    /// <summary>The name of the XenHost.</summary>
    [Length(1, XenApi.MaximumHostNameLength)]
    [Pattern(XenApi.HostNamePattern)]
    public required string Name { get; init; }

    /// <summary>The directory on this host.</summary>
    public DirectoryPool? Directory { get; init; }

    /// <summary>The volume group on this host.</summary>
    public LvmPool? Lvm { get; init; }

    /// <summary>The directory of the block devices on this host.</summary>
    public BlockDevicePool? BlockDevices { get; init; }
}
