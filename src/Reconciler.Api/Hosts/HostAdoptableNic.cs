namespace Reconciler.Api.Hosts;

/// <summary>A NIC of a domain that can be adopted.</summary>
public sealed record HostAdoptableNic
{
    /// <summary>Its index in the domain.</summary>
    public required int Index { get; init; }

    /// <summary>Its MAC address.</summary>
    public required string MacAddress { get; init; }

    /// <summary>The bridge of the host that it is in.</summary>
    public required string Bridge { get; init; }

    /// <summary>Bytes; not set: the backend's own.</summary>
    public int? Mtu { get; init; }

    /// <summary>The most that it can send, bytes per second; not set: no limit.</summary>
    public long? RateBytesPerSecond { get; init; }
}
