namespace Reconciler.Xen.Host;

/// <summary>One device of a domain as seen on the host, at one moment: its nodes in xenstore, and what our mark keeps of it.</summary>
public sealed record ObservedDevice
{
    public required DeviceRef Ref { get; init; }

    /// <summary>What our mark keeps of it; null: it was attached by somebody else, and is never touched.</summary>
    public DeviceMark? Mark { get; init; }

    /// <summary>State of dom0's end; null when it is not there.</summary>
    public XenbusState? Backend { get; init; }

    /// <summary>State of the guest's end; null when it is not there.</summary>
    public XenbusState? Frontend { get; init; }

    /// <summary>
    /// True when the backend's hotplug script has done its part (<c>hotplug-status</c> is <c>connected</c>), or the backend has none. Until
    /// then the device is not attached.
    /// </summary>
    public bool HotplugDone { get; init; }

    /// <summary>
    /// The process that served it (QEMU) has ended, and nothing in xenstore tells: the backend looks as it did. What the guest asks of the
    /// device is never answered.
    /// </summary>
    public bool BackendDied { get; init; }

    /// <summary>What one of the ends, or the hotplug script, has said of a failure.</summary>
    public string? Error { get; init; }

    /// <summary>The network interface in dom0 (<c>vif3.0</c>); null for a disk.</summary>
    public string? Interface { get; init; }

    /// <summary>Where that interface is; null for a disk, for a NIC that is not ours, and while there is no interface.</summary>
    public NicPort? Port { get; init; }

    /// <summary>The IP addresses that the guest says it has on a NIC, as .NET writes them. Only what is an address, and not many of them.</summary>
    public ValueList<string> Addresses { get; init => field = value ?? []; } = [];

    /// <summary>Nothing of it is left on the host but our mark.</summary>
    public bool IsGone => Backend is null && Frontend is null;

    /// <summary>
    /// The guest does not use it, so that it can be removed without force: one of its ends is not there, both have closed, or the guest's
    /// was never taken up by a driver. A driver that comes after <see cref="XenbusState.Closing"/> was set does not take it up any more.
    /// A backend that has died never closes; there the guest's end is enough. And a guest begins to connect as soon as there is a backend: as
    /// long as that was never ready, nothing has come of it.
    /// </summary>
    public bool IsLetGo => (Backend, Frontend) switch
    {
        (null, _) or (_, null) => true,
        (_, XenbusState.Closed) when BackendDied => true,
        (XenbusState.Connected, _) => false,
        (XenbusState.Initialising or XenbusState.InitWait or XenbusState.Initialised, _) when !HotplugDone => true,
        (_, XenbusState.Initialising or XenbusState.Unknown) => true,
        (XenbusState.Closed, XenbusState.Closed) => true,
        _ => false,
    };
}
