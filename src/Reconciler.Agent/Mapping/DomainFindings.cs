using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.Mapping;

/// <summary>Everything that one pass over a Domain found out, and that its status is made from.</summary>
internal sealed record DomainFindings
{
    public required Domain Object { get; init; }

    /// <summary>When the pass ended.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Null when the host could not be asked.</summary>
    public Observation? Observed { get; init; }

    /// <summary>Null while the spec is not valid, or the object is being deleted.</summary>
    public DesiredDomain? Desired { get; init; }

    /// <summary>The move that takes the domain off this host; null when it is to stay.</summary>
    public DomainMove? Leaving { get; init; }

    /// <summary>Why it can't be started here for now, although the operator has found that it can; null when nothing speaks against it.</summary>
    public HostRefusal? Refusal { get; init; }

    /// <summary>The proof that nothing of a deleted domain is left here: it was looked for, and there is nothing to do or to wait for.</summary>
    public bool IsGone => Object.Metadata.DeletionTimestamp is not null && this is { Observed.Domains.Count: 0, Plan.IsConverged: true, Problem: null };

    /// <summary>
    /// The proof that nothing of a domain that leaves this host is left here: it was looked for, and there is nothing to do, to wait for, or
    /// being written to its disks.
    /// </summary>
    public bool HasVacated => Leaving is not null
        && this is { Observed: { Domains.Count: 0, OperationInProgress: false }, Plan.IsConverged: true, Problem: null }
        && Devices.All(d => DeviceSight.Of(d, this).Reason != DeviceReadyCondition.PreparingVolume);

    /// <summary>What the plan was made by.</summary>
    public DomainPolicy Policy { get; init; } = new();

    /// <summary>What would have to be done now, judged by <see cref="Observed"/>; null when no plan could be made.</summary>
    public Plan? Plan { get; init; }

    /// <summary>What keeps the domain from being as desired, other than the plan's own wait; null when nothing does.</summary>
    public Problem? Problem { get; init; }

    /// <summary>The record of the guest's own end that is to be in the status.</summary>
    public ExitRecord? Exit { get; init; }

    /// <summary>The record of the last ordered shutdown that is to be in the status.</summary>
    public ShutdownStatus? LastShutdown { get; init; }

    /// <summary>Each VBD and VIF of it that this host holds.</summary>
    public IReadOnlyList<DeviceFinding> Devices { get; init; } = [];

    /// <summary>What the host said of a step about a device that it did not do.</summary>
    public IReadOnlyDictionary<DeviceRef, XenException> DeviceFailures { get; init; } = new Dictionary<DeviceRef, XenException>();

    /// <summary>The domain of ours that is alive: one that runs, is paused or suspended.</summary>
    public ObservedDomain? Living => LivingOf(Observed);

    /// <inheritdoc cref="Living"/>
    public static ObservedDomain? LivingOf(Observation? observed) => observed?.Domains.LastOrDefault(d =>
        d.Ownership == DomainOwnership.Ours
        && (d.State is RunState.Running or RunState.Paused || d is { State: RunState.ShutDown, ShutdownReason: ShutdownReason.Suspend }));

    /// <summary>The one domain that counts: the living one, else the dying one.</summary>
    public ObservedDomain? Domain => Observed?.Domains.LastOrDefault(d => d.State != RunState.Dying) ?? Observed?.Domains.LastOrDefault();
}
