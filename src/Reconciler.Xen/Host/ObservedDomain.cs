namespace Reconciler.Xen.Host;

/// <summary>One domain as seen on the host, at one moment.</summary>
public sealed record ObservedDomain
{
    /// <summary>Who it is: the uid of the object whose it is; of a foreign one, the UUID that Xen has for it.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The UUID that Xen has for it, when that is another one: it was adopted.</summary>
    public Guid? AdoptedUuid { get; init; }

    /// <summary>The UUID that Xen has for it.</summary>
    public Guid XenUuid => AdoptedUuid ?? Uuid;

    public required int Domid { get; init; }

    /// <summary>The Xen name; null when xenstore has none (half made, or nearly gone).</summary>
    public string? XenName { get; init; }

    public required DomainOwnership Ownership { get; init; }

    /// <summary>Our mark; set exactly when <see cref="Ownership"/> is <see cref="DomainOwnership.Ours"/>.</summary>
    public DomainMark? Mark { get; init; }

    public required RunState State { get; init; }

    /// <summary>Set exactly when <see cref="State"/> is <see cref="RunState.ShutDown"/>.</summary>
    public ShutdownReason? ShutdownReason { get; init; }

    /// <summary>Memory now, KiB.</summary>
    public required long MemoryKiB { get; init; }

    /// <summary>Virtual CPUs online.</summary>
    public required int Vcpus { get; init; }

    /// <summary>
    /// Its devices: those with nodes in xenstore, and those of which only our mark is left. In no order.
    /// </summary>
    public ValueList<ObservedDevice> Devices { get; init; } = [];

    /// <summary>What the guest says of its taking and giving devices while it runs; see <see cref="HotplugHint"/>.</summary>
    public HotplugHint Hotplug { get; init; }

    /// <summary>CPU time used in its life. Zero proves that no instruction has run.</summary>
    public TimeSpan CpuTime { get; init; }

    /// <summary>True while a shutdown request stands in xenstore and the guest has not taken it yet.</summary>
    public bool ShutdownUnacknowledged { get; init; }

    /// <summary>True while another process of ours (a worker that outlived its agent) is working on it: wait, then observe again.</summary>
    public bool OperationInProgress { get; init; }

    public DomainRef Ref => new(Uuid, Domid);
}
