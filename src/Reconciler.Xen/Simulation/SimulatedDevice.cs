using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <summary>What a guest knows of one of its devices; the states of both ends are in xenstore. Serialized as it is.</summary>
internal sealed class SimulatedDevice
{
    public required DeviceRef Ref { get; init; }

    /// <summary>It was there before the guest's first instruction.</summary>
    public bool Cold { get; init; }

    /// <summary>Guest time since which the guest can find it.</summary>
    public TimeSpan ThereSince { get; set; }

    /// <summary>Guest time at which the guest was asked to let go of it.</summary>
    public TimeSpan? AskedAt { get; set; }

    /// <summary>Guest time at which the next kernel of the guest takes up what the last one has given up.</summary>
    public TimeSpan? TakenUpAgainAt { get; set; }

    /// <summary>The process that served it has ended: the guest's requests stay where they are, and so does dom0's end.</summary>
    public bool BackendDied { get; set; }

    /// <summary>It has been given up and taken up again: no guest does that for ever.</summary>
    public bool HandedOver { get; set; }
}
