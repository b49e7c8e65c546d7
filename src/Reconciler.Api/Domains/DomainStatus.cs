using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Json;
using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>What was seen of the domain, by the operator and by the agent of its host.</summary>
public sealed record DomainStatus
{
    public const int MaximumIpAddresses = 32;

    /// <summary>The generation of the spec that this status was judged by.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>
    /// Ready, Accepted, Placed, DevicesAttached, Progressing, RestartRequired. Each has its own observedGeneration and a reason from a fixed list,
    /// see the reference.
    /// </summary>
    [ListMap("type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>The XenHost that holds the domain. Set by the operator; cleared only with proof that nothing of it is there.</summary>
    public string? Host { get; init; }

    /// <summary>The move to another host that is under way, until the domain is ready there. Set by the operator.</summary>
    public DomainMove? Move { get; init; }

    /// <summary>Answers the move: nothing of the domain is left on the host that it leaves. Set by the agent there.</summary>
    public DomainVacated? Vacated { get; init; }

    /// <summary>The boot of the host in which the agent said all this, see status.bootId of the XenHost: evidence that an earlier boot has ended says nothing of it.</summary>
    public string? BootId { get; init; }

    /// <summary>The domain id on the host while the domain exists there.</summary>
    public int? Domid { get; init; }

    /// <summary>What the domain was last seen doing: Running, Paused, Halted, ShuttingDown, Crashed, or Unknown while its host can't be asked.</summary>
    public string? PowerState { get; init; }

    /// <summary>When the domain was created on the host, in this life; to the microsecond.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When the guest was first let run in this life.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The XenHost that let the guest run last; stays when it has ended. Not set: it never ran, so nothing was written to its disks.</summary>
    public string? RanOn { get; init; }

    /// <summary>Set once the domain that spec.adopt names was taken over.</summary>
    public AdoptionStatus? Adoption { get; init; }

    /// <summary>Memory that the domain was seen to have, as a quantity.</summary>
    public string? Memory { get; init; }

    /// <summary>Virtual CPUs that the domain was seen to have online.</summary>
    public int? Vcpus { get; init; }

    /// <summary>
    /// The IP addresses that the guest's tools say it has, of all its NICs in the order of their index, each once, at most 32. The host has not
    /// checked them. Not set once the guest has ended, nor for one without tools: addresses that a VIF is locked to are not shown here.
    /// </summary>
    [Length(0, MaximumIpAddresses)]
    public IReadOnlyList<string>? IpAddresses { get; init; }

    /// <summary>What is going on: CleanShutdown, Start, ... with since when.</summary>
    public IReadOnlyList<CurrentOperation>? CurrentOperations { get; init; }

    /// <summary>What powerState can be asked for now: Start, Pause, Unpause, CleanShutdown, HardShutdown.</summary>
    public IReadOnlyList<string>? AllowedOperations { get; init; }

    /// <summary>The last time that the guest ended by itself.</summary>
    public ExitStatus? LastExit { get; init; }

    /// <summary>The last time that the domain was shut down because it was asked for.</summary>
    public ShutdownStatus? LastShutdown { get; init; }

    /// <summary>How the host was chosen, or why none was: the last decision. Set by the operator.</summary>
    public PlacementStatus? Placement { get; init; }

    /// <summary>Set while the agent of status.host can't start the domain there, so that the operator looks for another host.</summary>
    public HostRefusal? Refusal { get; init; }
}
