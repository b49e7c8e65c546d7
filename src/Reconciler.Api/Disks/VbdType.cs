using System.Text.Json.Serialization;

namespace Reconciler.Api.Disks;

/// <summary>What a virtual block device is to the guest.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VbdType>))]
public enum VbdType
{
    /// <summary>A hard disk.</summary>
    Disk,

    /// <summary>A CD-ROM drive, always read-only, whose medium can be changed while the guest runs.</summary>
    CDROM,
}
