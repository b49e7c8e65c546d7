using System.Text.Json.Serialization;

namespace Reconciler.Api.Disks;

/// <summary>How the content of a disk is laid out in a file. It is never guessed: a guest could write another format's header to its raw disk.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DiskFormat>))]
public enum DiskFormat
{
    /// <summary>Byte by byte as the guest sees it.</summary>
    Raw,

    /// <summary>QEMU's copy-on-write format, version 2 or 3.</summary>
    Qcow2,
}
