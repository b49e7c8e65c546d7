namespace Reconciler.Xen.Host;

/// <summary>One NIC as it should be attached to a domain.</summary>
public sealed record DesiredNic
{
    /// <summary>The uid of the object that asks for it.</summary>
    public required Guid ObjectUid { get; init; }

    /// <summary>The name of that object, for messages.</summary>
    public required string ObjectName { get; init; }

    /// <summary>Its index in the domain, from 0.</summary>
    public required int Index { get; init; }

    /// <summary><c>00:16:3e:01:02:03</c>, lower case.</summary>
    public required string Mac { get; init; }

    /// <summary>The bridge in dom0 that it is plugged into.</summary>
    public required string Bridge { get; init; }

    /// <summary>Bytes; null: the backend's own.</summary>
    public int? Mtu { get; init; }

    /// <summary>The most that the guest can send, bytes per second; null: no limit.</summary>
    public long? RateBytesPerSecond { get; init; }

    public DeviceRef Ref => new(DeviceKind.Vif, Index);
}
