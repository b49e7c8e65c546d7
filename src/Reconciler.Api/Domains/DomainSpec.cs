using Reconciler.Api.Disks;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>
/// What the domain should be. Written by users alone: the controllers never change it. The least that it needs is memory.size and
/// boot.kernel.
/// </summary>
[ValidationRule(
    "!has(self.boot.cmdline) || size(bytes(self.boot.cmdline)) <= (self.type == 'PV' ? 1023 : 2047)",
    "boot.cmdline must be at most 2047 bytes, 1023 for PV: the rest would be cut off")]
[ValidationRule("!has(self.adopt) || has(self.placement) && has(self.placement.hostName)", AdoptNeedsHost)]
public sealed record DomainSpec
{
    public const int MaximumVbdTemplates = 64;
    public const int MaximumVifTemplates = VifSpec.MaximumIndex + 1;

    internal const string AdoptNeedsHost = "adopt needs placement.hostName: the one host that the domain runs on";

    internal const string NoSuspend = "Suspend is not possible yet: nothing restores a domain that was suspended to disk with the guarantee that its disks and its host still match. Use Shutdown or Ignore";

    /// <summary>
    /// What the domain should be doing: Running, Paused (in memory, its virtual CPUs stopped) or Halted (shut down, its memory free).
    /// Changing it to Halted shuts the guest down cleanly, see shutdown.
    /// </summary>
    [Default(Domains.PowerState.Running)]
    public PowerState? PowerState { get; init; }

    /// <summary>
    /// What follows when the guest powers off or crashes by itself while it should be running: Always starts it again, OnFailure only
    /// after a crash, Never leaves it halted until powerState was Halted once. A reboot is always followed. Restarts back off from 10 s to 5 min.
    /// </summary>
    [Default(Domains.RestartPolicy.Always)]
    public RestartPolicy? RestartPolicy { get; init; }

    /// <summary>
    /// How the guest is virtualised: PVH (hardware-assisted, no device emulation, a Linux 4.20 or newer; the default) or PV
    /// (paravirtualised, a kernel built for it). Can't be changed.
    /// </summary>
    [Default(DomainType.PVH)]
    [ValidationRule("self == oldSelf", "type can't be changed: delete the Domain and create it anew")]
    public DomainType? Type { get; init; }

    /// <summary>How many virtual CPUs the guest has.</summary>
    [Default(DefaultAttribute.EmptyObject)]
    public CpuSpec? Cpu { get; init; }

    /// <summary>How much memory the guest has.</summary>
    public required MemorySpec Memory { get; init; }

    /// <summary>What the domain boots: a kernel in the host's file system.</summary>
    public required BootSpec Boot { get; init; }

    /// <summary>How the guest is shut down when it is to be Halted or is deleted.</summary>
    [Default(DefaultAttribute.EmptyObject)]
    public ShutdownSpec? Shutdown { get; init; }

    /// <summary>
    /// What happens when the host stops (is powered off or rebooted): Shutdown shuts the guest down cleanly, see shutdown and startOrder; Ignore
    /// leaves it to its fate. Suspend is refused: there is no matching restore yet.
    /// </summary>
    [Default(HostStopAction.Shutdown)]
    [ValidationRule("self != 'Suspend'", NoSuspend)]
    public HostStopAction? OnHostStop { get; init; }

    /// <summary>
    /// What happens when the host has started and the domain was running there before: Start starts it, in its turn (see startOrder); Ignore leaves
    /// it halted until powerState was Halted once.
    /// </summary>
    [Default(HostStartAction.Start)]
    public HostStartAction? OnHostStart { get; init; }

    /// <summary>Its turn when the host starts and stops.</summary>
    [Default(DefaultAttribute.EmptyObject)]
    public StartOrderSpec? StartOrder { get; init; }

    /// <summary>
    /// The disks of the domain. The operator makes a VBD of each, called after the Domain and the device (web-xvda), keeps its spec as it
    /// is here, and deletes it when it is taken out or the Domain is deleted. All of them are attached before the guest is let run.
    /// </summary>
    [Length(0, MaximumVbdTemplates)]
    [ListMap("device")]
    public IReadOnlyList<VbdTemplate>? VbdTemplates { get; init; }

    /// <summary>
    /// The NICs of the domain. The operator makes a VIF of each, called after the Domain and the index (web-vif0), in the same way.
    /// </summary>
    [Length(0, MaximumVifTemplates)]
    [ListMap("index")]
    public IReadOnlyList<VifTemplate>? VifTemplates { get; init; }

    /// <summary>VBDs and VIFs that were made separately and that must be attached before the guest is let run.</summary>
    public WaitForSpec? WaitFor { get; init; }

    /// <summary>
    /// A domain that runs on placement.hostName already, and that becomes this one's without a reboot; made with kubectl xen adopt. As long as it was not found
    /// nothing is started: it may be running elsewhere, on the same disks. Can't be changed; once status.adoption says that it was done, it may be taken away.
    /// </summary>
    [ValidationRule("self == oldSelf", "adopt can't be changed: take it away, or make another Domain")]
    public AdoptSpec? Adopt { get; init; }

    /// <summary>Where the domain may run. Nothing set: the operator chooses.</summary>
    public PlacementSpec? Placement { get; init; }
}
