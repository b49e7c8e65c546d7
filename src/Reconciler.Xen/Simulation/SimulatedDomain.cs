using System.Text.Json.Serialization;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <summary>What the hypervisor, and the guest itself, know of one domain. Serialized as it is.</summary>
internal sealed class SimulatedDomain
{
    /// <summary>Who it is: the UUID that Xen has for it, or the uid of the object that has adopted it.</summary>
    public required Guid Uuid { get; set; }

    /// <summary>The UUID that Xen has for it, where that is another one.</summary>
    public Guid? XenUuid { get; set; }

    public required int Domid { get; init; }

    /// <summary>Where xenstore has its name.</summary>
    [JsonIgnore]
    public string NamePath => field ??= XenstoreTree.Name(Domid);

    public required DomainType Type { get; init; }

    public required int Vcpus { get; init; }

    public required long MemoryKiB { get; init; }

    public required GuestBehavior Guest { get; init; }

    /// <summary>What it booted; null where a boot loader found that.</summary>
    public DirectBoot? Boot { get; init; }

    /// <summary>When it was first let run.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>A process of whoever made it waits for its end, to act on it.</summary>
    public bool Monitored { get; set; }

    /// <summary>libxl keeps such an entry in a file beside the domain and removes it when it destroys the domain.</summary>
    public DomainMark? Mark { get; set; }

    /// <summary>The devices that have nodes in xenstore, whoever attached them.</summary>
    public List<SimulatedDevice> Devices { get; init => field = value ?? []; } = [];

    public RunState State { get; set; } = RunState.Paused;

    public ShutdownReason? ShutdownReason { get; set; }

    /// <summary>When the hypervisor is done with tearing it down; set while it is dying.</summary>
    public DateTimeOffset? GoneAt { get; set; }

    /// <summary>The guest's own time at <see cref="RunningSince"/>, or now when it is not running.</summary>
    public TimeSpan RanFor { get; set; }

    /// <summary>Since when it runs; null when it doesn't.</summary>
    public DateTimeOffset? RunningSince { get; set; }

    /// <summary>Guest time at which <c>control/shutdown</c> was written.</summary>
    public TimeSpan? AskedAt { get; set; }

    /// <summary>Guest time at which the guest acknowledged that.</summary>
    public TimeSpan? AcknowledgedAt { get; set; }

    /// <summary>The guest's own time.</summary>
    public TimeSpan GuestTime(DateTimeOffset now) => RunningSince is { } since && now > since ? RanFor + (now - since) : RanFor;

    /// <summary>Whether an instruction of it has ever run.</summary>
    public bool HasRun { get; set; }
}
