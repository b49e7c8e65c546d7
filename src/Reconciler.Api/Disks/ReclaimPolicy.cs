using System.Text.Json.Serialization;

namespace Reconciler.Api.Disks;

/// <summary>What becomes of a volume when the VBD that made it is deleted.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReclaimPolicy>))]
public enum ReclaimPolicy
{
    /// <summary>It is deleted with all that is on it.</summary>
    Delete,

    /// <summary>It stays.</summary>
    Retain,
}
