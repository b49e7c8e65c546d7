namespace Reconciler.Xen.Host;

/// <summary>
/// One Xen host, as a port. Two adapters implement it: a simulated host (this library) and libxenlight (Reconciler.Xen.Light).
/// </summary>
/// <remarks>
/// <para><b>Guarantees.</b> Every call is idempotent or reports that it was done already; a call that names a domain checks first that
/// (uuid, domid) still is that domain, and fails with <see cref="XenErrorCode.Stale"/> otherwise: a domid that Xen gave out again is
/// never acted on.</para>
/// <para><b>Cancellation</b> is honoured before a call has touched the host. A call that has started is finished (or its worker is killed
/// at the operation's own limit, which is <see cref="XenErrorCode.Timeout"/>): steps are atomic units, and after either the caller
/// observes again.</para>
/// <para><b>Errors.</b> Every failure is a <see cref="XenException"/> that keeps its cause.</para>
/// </remarks>
public interface IXenHost : IAsyncDisposable
{
    /// <summary>Why nothing can be done with the host now, for people; null when it can. Asked at each readiness probe: no I/O.</summary>
    string? NotReadyReason { get; }

    /// <summary>What works less well than it should, in words that name the remedy; empty when nothing does. No I/O.</summary>
    IReadOnlyList<string> Degradations { get; }

    /// <summary>Facts about the host: versions, CPUs, memory (KiB), boot id.</summary>
    Task<HostFacts> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>Every domain on the host but domain 0, ours and foreign.</summary>
    Task<IReadOnlyList<ObservedDomain>> ObserveAllAsync(CancellationToken cancellationToken);

    /// <summary>What the host shows of one domain, and who else holds its name.</summary>
    Task<Observation> ObserveAsync(DomainKey key, CancellationToken cancellationToken);

    /// <summary>
    /// What keeps this host from running <paramref name="domain"/>: files that are missing or outside what the host's policy allows,
    /// types that the hypervisor can't run. Empty when nothing does. Touches nothing.
    /// </summary>
    Task<IReadOnlyList<HostObjection>> CheckAsync(DesiredDomain domain, CancellationToken cancellationToken);

    /// <summary>
    /// Creates the domain paused, with our mark, and returns its domid. No instruction of the guest has run when this returns.
    /// Its disks and NICs are attached before it returns: the backend of each is ready (<see cref="ObservedDevice.HotplugDone"/>).
    /// Fails with <see cref="XenErrorCode.AlreadyExists"/> when a domain with this uuid exists in any state, or another one has its name,
    /// and where <see cref="CheckAsync"/> objects with <see cref="XenErrorCode.FileNotUsable"/>,
    /// <see cref="XenErrorCode.InvalidConfiguration"/> or <see cref="XenErrorCode.NotSupported"/>, before it has touched anything.
    /// A failure leaves nothing behind, or a remnant that is observed as <see cref="DomainOwnership.HalfMade"/>.
    /// </summary>
    Task<int> CreatePausedAsync(DesiredDomain domain, CancellationToken cancellationToken);

    /// <summary>
    /// The domains of others that this host's policy lets be adopted, running or paused, in the order of their names, and what they are made of. Touches nothing.
    /// One that can't be read, or is not there any more, is left out.
    /// </summary>
    /// <param name="observed">What <see cref="ObserveAllAsync"/> has just shown.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    Task<IReadOnlyList<FoundDomain>> FindAdoptableAsync(IReadOnlyList<ObservedDomain> observed, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a domain that somebody else made, and that is running or paused, the domain of <paramref name="domain"/>, which names it (<see cref="DesiredDomain.Adopts"/>): ends
    /// the process that waits for its end to act on it (xl's), and then writes our mark (<see cref="FoundDomain.MarkFor"/>). Nothing else changes: it keeps its domid, its name and
    /// UUID in Xen, and its devices, and does not notice. Adopted already for the same object: done.
    /// </summary>
    /// <remarks>
    /// Fails with <see cref="XenErrorCode.Stale"/> when it is not that domain any more, has another name or has ended; with <see cref="XenErrorCode.NotOurs"/> when it is another
    /// object's, or has another manager that acts on it (libvirt); with <see cref="XenErrorCode.AlreadyExists"/> when the object has a domain; with
    /// <see cref="XenErrorCode.NotAllowed"/> when the host's policy does not allow it; with <see cref="XenErrorCode.InvalidConfiguration"/> when it is of another type. Then
    /// nothing was changed.
    /// </remarks>
    /// <param name="found">The UUID that Xen has for it, and its domid.</param>
    /// <param name="domain">What it should be.</param>
    /// <param name="cancellationToken">Honoured before anything is touched.</param>
    Task AdoptAsync(DomainRef found, DesiredDomain domain, CancellationToken cancellationToken);

    /// <summary>Lets a paused domain run. Running already: done.</summary>
    Task UnpauseAsync(DomainRef domain, CancellationToken cancellationToken);

    /// <summary>Stops a domain's virtual CPUs where they are. Paused already: done.</summary>
    Task PauseAsync(DomainRef domain, CancellationToken cancellationToken);

    /// <summary>
    /// Asks the guest to power off (<c>control/shutdown</c>, or an ACPI event where that is all it understands) and then records the time
    /// in the domain's mark, so that the grace period outlives this process. In this order: a crash in between makes us ask twice. The
    /// other way round a guest could be destroyed for not following what it was never asked. Asked already: asks again, and keeps the first
    /// time beside the last. When the guest offers no way to be asked, records the time all the same (a grace period needs its beginning) with
    /// <see cref="DomainMark.ShutdownRefused"/>, and fails with <see cref="XenErrorCode.NotSupported"/>.
    /// </summary>
    Task RequestShutdownAsync(DomainRef domain, CancellationToken cancellationToken);

    /// <summary>
    /// Strikes a request that was not followed from the domain's mark (<see cref="DomainMark.WithoutShutdownRequest"/>): it is to run on,
    /// and a later request has a grace period of its own. A request that still stands in xenstore may be left there. Nothing requested: done.
    /// </summary>
    Task WithdrawShutdownAsync(DomainRef domain, CancellationToken cancellationToken);

    /// <summary>
    /// Destroys the domain at once, or clears away what is left of one that shut down or was half made. Gone already: done.
    /// A failure leaves the domain as it was, dying, or a remnant that is observed as <see cref="DomainOwnership.HalfMade"/>.
    /// Refuses a domain that has no mark of ours with <see cref="XenErrorCode.NotOurs"/>.
    /// </summary>
    Task DestroyAsync(DomainRef domain, CancellationToken cancellationToken);

    /// <summary>
    /// Attaches a disk: the entry in the domain's mark first (<see cref="DomainMark.WithDevice"/>), then the device. Returns when the
    /// backend is ready (<see cref="ObservedDevice.HotplugDone"/>); the guest connects when it will. Attached already for the same object:
    /// done. The device is there otherwise: <see cref="XenErrorCode.DeviceInUse"/>. Fails with <see cref="XenErrorCode.FileNotUsable"/>,
    /// before it has touched anything, when the path is missing or not allowed by the host's policy. A failure leaves nothing behind, or
    /// what is observed as a device with our mark.
    /// </summary>
    Task AttachDiskAsync(DomainRef domain, DesiredDisk disk, CancellationToken cancellationToken);

    /// <summary>
    /// Attaches a NIC, as <see cref="AttachDiskAsync"/> does a disk. No frame passes before its rules are in force (<see cref="DesiredNic.IsGuarded"/>):
    /// fails with <see cref="XenErrorCode.NotSupported"/>, before it has touched anything, on a host that can't enforce them. The same holds of
    /// <see cref="CreatePausedAsync"/>. A MAC address that another domain of the host has, anybody's, is <see cref="XenErrorCode.DeviceInUse"/>.
    /// </summary>
    Task AttachNicAsync(DomainRef domain, DesiredNic nic, CancellationToken cancellationToken);

    /// <summary>
    /// Brings a NIC that is attached in line with <paramref name="nic"/> without the guest's losing it: its bridge, VLAN, rate, link and locks, and
    /// then its entry in the mark. So already: done. Puts it back in its place where it is <see cref="NicPort.Astray"/>. What it is locked to, or that
    /// its link is down, holds at every moment of that. Fails with <see cref="XenErrorCode.InvalidConfiguration"/> when anything else differs
    /// (<see cref="DesiredNic.CanBecome"/>), with <see cref="XenErrorCode.FileNotUsable"/> when the bridge is missing or not allowed, and with
    /// <see cref="XenErrorCode.NotOurs"/> for a NIC without our mark. A failure in between leaves what is configured anew by the next call.
    /// </summary>
    Task ConfigureNicAsync(DomainRef domain, DesiredNic nic, CancellationToken cancellationToken);

    /// <summary>
    /// Asks the guest to let go of a device: records the time in the mark (<see cref="DomainMark.WithDetachRequest"/>), then sets the
    /// backend to <see cref="XenbusState.Closing"/>. Does not wait for the guest. Asked already: asks again. Gone already: done. Refuses a
    /// device without our mark with <see cref="XenErrorCode.NotOurs"/>.
    /// </summary>
    Task RequestDetachAsync(DomainRef domain, DeviceRef device, CancellationToken cancellationToken);

    /// <summary>
    /// Removes a device, with what the hotplug script has set up for it, and then its entry in the mark. Without
    /// <paramref name="force"/> only one that the guest does not use (<see cref="ObservedDevice.IsLetGo"/>), or whose domain has shut down;
    /// otherwise <see cref="XenErrorCode.DeviceBusy"/>. Gone already: done. Refuses a device without our mark with
    /// <see cref="XenErrorCode.NotOurs"/>.
    /// </summary>
    Task DetachAsync(DomainRef domain, DeviceRef device, bool force, CancellationToken cancellationToken);

    /// <summary>Hints that something changed. Never data: the receiver observes again. Ends with the token.</summary>
    IAsyncEnumerable<HostSignal> SignalsAsync(CancellationToken cancellationToken);
}
