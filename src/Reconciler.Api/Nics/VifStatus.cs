using Reconciler.Api.Devices;
using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Nics;

/// <summary>What was seen of the NIC, by the operator and by the agent of its host.</summary>
public sealed record VifStatus
{
    public const int MaximumIpAddresses = 8;

    /// <summary>The generation of the spec that this status was judged by.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Ready, Accepted. Each has its own observedGeneration and a reason from a fixed list, see the reference.</summary>
    [ListMap("type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>The XenHost that holds the NIC: that of its Domain. Set by the operator.</summary>
    public string? Host { get; init; }

    /// <summary>The uid of the Domain through which it has its host. Set by the operator.</summary>
    public string? DomainUid { get; init; }

    /// <summary>
    /// What it has for itself since it was accepted, and what it may still have by an earlier spec. Set by the operator; another device
    /// that asks for it is not accepted.
    /// </summary>
    public IReadOnlyList<DeviceClaim>? Claims { get; init; }

    /// <summary>The domain id, on the host, of the domain that the NIC is attached to.</summary>
    public int? Domid { get; init; }

    /// <summary>Attached, Attaching, Detaching, Detached, Pending or Failed.</summary>
    public string? State { get; init; }

    /// <summary>When frontend and backend were first seen connected, in this attachment.</summary>
    public DateTimeOffset? AttachedAt { get; init; }

    /// <summary>
    /// The xenbus state of the guest's side: Initialising, InitWait, Initialised, Connected, Closing, Closed, Reconfiguring or Reconfigured.
    /// </summary>
    public string? FrontendState { get; init; }

    /// <summary>The xenbus state of the host's side, in the same words.</summary>
    public string? BackendState { get; init; }

    /// <summary>What the NIC waits for; not set while it waits for nothing.</summary>
    public WaitingFor? WaitingFor { get; init; }

    /// <summary>The MAC address that the NIC has.</summary>
    public string? MacAddress { get; init; }

    /// <summary>The IP addresses that the guest's tools say it has on this NIC, at most 8. The host has not checked them.</summary>
    [Length(0, MaximumIpAddresses)]
    public IReadOnlyList<string>? IpAddresses { get; init; }

    /// <summary>The interface on the host: vif7.0.</summary>
    public string? Interface { get; init; }

    /// <summary>The bridge on the host that the interface is in.</summary>
    public string? Bridge { get; init; }

    /// <summary>When the guest was asked to let go of the NIC.</summary>
    public DateTimeOffset? DetachRequestedAt { get; init; }
}
