using System.Text.Json.Serialization;

namespace Reconciler.Api.Nics;

/// <summary>Whether a NIC's cable is plugged in.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LinkState>))]
public enum LinkState
{
    /// <summary>It is plugged in.</summary>
    Up,

    /// <summary>It is unplugged: the NIC stays in the guest, and no frame passes.</summary>
    Down,
}
