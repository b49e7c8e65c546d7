using Reconciler.Agent.Storage;
using Reconciler.Agent.Storage.Work;
using Reconciler.Api.Disks;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Model;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.Mapping;

/// <summary>What one pass found out about one VBD or VIF that this host holds: exactly one of the two is set.</summary>
internal sealed record DeviceFinding
{
    public Vbd? Vbd { get; init; }

    public Vif? Vif { get; init; }

    /// <summary>How it should be attached; null: it shall not be, or can't be.</summary>
    public DesiredDisk? Disk { get; init; }

    /// <inheritdoc cref="Disk"/>
    public DesiredNic? Nic { get; init; }

    /// <summary>Where the disk is; null: not known, or nowhere.</summary>
    public DiskSource? Source { get; init; }

    /// <summary>How far the work on its volume is; null: there is none going on.</summary>
    public VolumeProgress? Progress { get; init; }

    /// <summary>Whether the domain has it.</summary>
    public bool IsAttached { get; init; }

    /// <summary>Bytes that the guest sees of the disk, if that is known.</summary>
    public long? Size { get; init; }

    /// <summary>Whether the operator has accepted this very generation.</summary>
    public bool IsAccepted { get; init; }

    /// <summary>What keeps it from being as its spec asks for, with a reason of its Ready; what is attached stays meanwhile.</summary>
    public Problem? Problem { get; init; }

    /// <summary>Fields that differ from how it is attached; they take effect when it is plugged anew. Null: none.</summary>
    public string? ReplugRequired { get; init; }

    /// <summary>What the plan says of it; null when it says nothing.</summary>
    public DeviceReport? Report { get; init; }

    public IKubernetesObject Object => (IKubernetesObject?)Vbd ?? Vif!;

    public ObjectMeta Metadata => Object.Metadata;

    public Guid Uid => Guid.Parse(Metadata.Uid!);

    public bool IsBeingDeleted => Metadata.DeletionTimestamp is not null;

    /// <summary>An empty CD-ROM drive is as it should be without a device.</summary>
    public bool IsEmptyDrive => Vbd is { Spec: { Source: null, Type: VbdType.CDROM } };

    /// <summary>As messages name it.</summary>
    public override string ToString() => $"{(Vbd is null ? "VIF" : "VBD")} {Metadata.Name}";
}
