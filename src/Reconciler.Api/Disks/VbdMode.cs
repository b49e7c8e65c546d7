using System.Text.Json.Serialization;

namespace Reconciler.Api.Disks;

/// <summary>Whether the guest may write to a disk.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VbdMode>))]
public enum VbdMode
{
    /// <summary>The guest reads and writes.</summary>
    ReadWrite,

    /// <summary>The guest only reads.</summary>
    ReadOnly,
}
