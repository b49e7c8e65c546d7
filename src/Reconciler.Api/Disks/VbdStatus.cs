using Reconciler.Api.Devices;
using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Disks;

/// <summary>What was seen of the disk, by the operator and by the agent of its host.</summary>
public sealed record VbdStatus
{
    /// <summary>The generation of the spec that this status was judged by.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Ready, Accepted. Each has its own observedGeneration and a reason from a fixed list, see the reference.</summary>
    [ListMap("type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>The XenHost that holds the disk: that of its Domain. Set by the operator.</summary>
    public string? Host { get; init; }

    /// <summary>The uid of the Domain through which it has its host. Set by the operator.</summary>
    public string? DomainUid { get; init; }

    /// <summary>
    /// What it has for itself since it was accepted, and what it may still have by an earlier spec. Set by the operator; another device
    /// that asks for it is not accepted.
    /// </summary>
    public IReadOnlyList<DeviceClaim>? Claims { get; init; }

    /// <summary>The domain id, on the host, of the domain that the disk is attached to.</summary>
    public int? Domid { get; init; }

    /// <summary>The device name under which it is attached: xvda.</summary>
    public string? Device { get; init; }

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

    /// <summary>What the disk waits for; not set while it waits for nothing.</summary>
    public WaitingFor? WaitingFor { get; init; }

    /// <summary>What is attached on the host: /srv/pool/a.img. Not set for an empty drive.</summary>
    public string? Path { get; init; }

    /// <summary>The size that the guest sees, as a quantity.</summary>
    public string? Size { get; init; }

    /// <summary>When the guest was asked to let go of the disk.</summary>
    public DateTimeOffset? DetachRequestedAt { get; init; }
}
