using Reconciler.Api.Devices;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Disks;

/// <summary>What the disk should be. Written by users, and by the operator for a template of a Domain; the agents never change it.</summary>
[ValidationRule(SourceOrDrive, SourceOrDriveMessage)]
[ValidationRule(DriveTakes, DriveTakesMessage)]
[ValidationRule(SharedTakes, SharedTakesMessage)]
public sealed record VbdSpec
{
    internal const string SourceOrDrive = "has(self.source) || self.type == 'CDROM'";
    internal const string SourceOrDriveMessage = "a Disk needs a source; only a CDROM can be empty";

    internal const string DriveTakes = "!has(self.source) || (self.type == 'CDROM'"
        + " ? has(self.source.iso) || has(self.source.blockDevice) || (has(self.source.file) && self.source.file.format == 'Raw')"
        + " : !has(self.source.iso))";

    internal const string DriveTakesMessage = "a CDROM takes iso, blockDevice or a Raw file, and a Disk everything but iso";

    internal const string SharedTakes = "!self.shareable || self.mode == 'ReadOnly' || !has(self.source)"
        + " || !((has(self.source.file) && self.source.file.format == 'Qcow2') || (has(self.source.volume) && self.source.volume.format == 'Qcow2'))";

    internal const string SharedTakesMessage = "shareable needs the format Raw or the mode ReadOnly: two writers destroy a Qcow2 image";

    /// <summary>The name of the Domain that the disk belongs to, in the same namespace; it need not exist yet. Can't be changed.</summary>
    [Length(1, XenApi.MaximumObjectNameLength)]
    [Pattern(XenApi.ObjectNamePattern)]
    [ValidationRule("self == oldSelf", "domain can't be changed: delete the VBD and create it anew")]
    public required string Domain { get; init; }

    /// <summary>
    /// The name of the device as the guest sees it: xvda, xvdb, ... xvdz, xvdaa, ... xvdzz. Guests without extended numbers see no more
    /// than xvdp. Can't be changed.
    /// </summary>
    [Length(VbdDevice.MinimumLength, VbdDevice.MaximumLength)]
    [Pattern(VbdDevice.Pattern)]
    [ValidationRule("self == oldSelf", "device can't be changed: delete the VBD and create it anew")]
    public required string Device { get; init; }

    /// <summary>Whether the guest may write: ReadWrite or ReadOnly. A CDROM is read-only whatever is said here.</summary>
    [Default(VbdMode.ReadWrite)]
    public VbdMode? Mode { get; init; }

    /// <summary>Disk, or CDROM: a drive whose medium changes with source.</summary>
    [Default(VbdType.Disk)]
    public VbdType? Type { get; init; }

    /// <summary>Whether a boot loader may start the guest from it. Has no effect on a Domain that names its kernel.</summary>
    [Default(false)]
    public bool? Bootable { get; init; }

    /// <summary>What is on the disk: exactly one of volume, blockDevice, file and iso. Left out: the drive of a CDROM is empty.</summary>
    public VbdSource? Source { get; init; }

    /// <summary>
    /// Whether others may be attached read-write to the same source, which needs a file system made for it, or none. All of them must
    /// say so.
    /// </summary>
    [Default(false)]
    public bool? Shareable { get; init; }

    /// <summary>How the disk is taken from a running guest.</summary>
    [Default(DefaultAttribute.EmptyObject)]
    public DetachSpec? Detach { get; init; }
}
