namespace Reconciler.Xen.Host;

/// <summary>
/// What we keep with a domain on the host (a libxl userdata entry, removed by Xen with the domain): the proof that it is ours, and what
/// the next process must know. There is no other local state.
/// </summary>
public sealed record DomainMark
{
    /// <summary>The Domain object's uid, again: a mark copied to another domain proves nothing.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>
    /// The UUID that Xen has for the domain, where that is not <see cref="Uuid"/>: it was made by somebody else, and adopted. Kept to the end of this life
    /// of the domain; the next one is created with our own. A mark copied to another domain proves nothing, here as well.
    /// </summary>
    public Guid? AdoptedUuid { get; init; }

    /// <summary>The UUID of the one Xen domain that the mark is of.</summary>
    public Guid XenUuid => AdoptedUuid ?? Uuid;

    public required string Namespace { get; init; }

    public required string Name { get; init; }

    /// <summary>The generation that the domain was created from.</summary>
    public required long Generation { get; init; }

    /// <summary>The configuration that it was booted with, to tell what needs a restart.</summary>
    public required DesiredDomain BootedWith { get; init; }

    /// <summary>Its devices that are ours, from before each is attached until after it was removed. At most one for each device.</summary>
    /// <remarks>A mark of a version without devices has none; the generated JSON reader hands null over for what is not there.</remarks>
    public ValueList<DeviceMark> Devices { get; init => field = value ?? []; } = [];

    /// <summary>When it was created on this host.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was first unpaused, written before that is done; null proves that we never let it run.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>
    /// When we first asked it to power off, or tried to; null if we did not. Set means that its end was ordered, and it is the beginning
    /// of its grace period.
    /// </summary>
    public DateTimeOffset? ShutdownRequestedAt { get; init; }

    /// <summary>When we last asked it, or tried to.</summary>
    public DateTimeOffset? ShutdownAskedAt { get; init; }

    /// <summary>
    /// True when the guest has offered no way to be asked, as often as we tried: its kernel is not up yet, or never will listen. It is
    /// asked again while its grace period lasts.
    /// </summary>
    public bool ShutdownRefused { get; init; }

    /// <summary>
    /// True when an earlier request was struck, because the domain was wanted again and the guest had not followed it in time. It can't be
    /// called back for sure: a guest that is merely slow may still follow it, and that is no end by itself.
    /// </summary>
    public bool ShutdownWithdrawn { get; init; }

    /// <summary>The mark of a domain that is about to be unpaused.</summary>
    public DomainMark WithStart(DateTimeOffset at) => this with { StartedAt = StartedAt ?? at };

    /// <summary>The mark of a domain that was asked to power off, or that offered no way to be asked.</summary>
    public DomainMark WithShutdownRequest(DateTimeOffset at, bool refused) => this with
    {
        ShutdownRequestedAt = ShutdownRequestedAt ?? at,
        ShutdownAskedAt = at,
        ShutdownRefused = refused && (ShutdownRefused || ShutdownRequestedAt is null),
    };

    /// <summary>The mark of a domain to which a device is about to be attached. An entry of the same device gives way.</summary>
    public DomainMark WithDevice(DeviceMark device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return this with { Devices = [.. Devices.Where(d => d.Device != device.Device), device] };
    }

    /// <summary>The mark of a domain one of whose NICs is now configured so; all else about its attachment stays.</summary>
    public DomainMark WithNic(DesiredNic nic)
    {
        ArgumentNullException.ThrowIfNull(nic);
        return this with { Devices = [.. Devices.Select(d => d.Device == nic.Ref ? d with { Nic = nic } : d)] };
    }

    /// <summary>The mark of a domain whose guest is about to be asked to let go of a device; the first time stays.</summary>
    public DomainMark WithDetachRequest(DeviceRef device, DateTimeOffset at) => this with
    {
        Devices = [.. Devices.Select(d => d.Device == device ? d with { DetachRequestedAt = d.DetachRequestedAt ?? at } : d)],
    };

    /// <summary>The mark of a domain from which a device was removed.</summary>
    public DomainMark WithoutDevice(DeviceRef device) => this with { Devices = [.. Devices.Where(d => d.Device != device)] };

    /// <summary>The mark of a domain whose request to power off is struck.</summary>
    public DomainMark WithoutShutdownRequest() => this with
    {
        ShutdownRequestedAt = null,
        ShutdownAskedAt = null,
        ShutdownRefused = false,
        ShutdownWithdrawn = ShutdownWithdrawn || ShutdownRequestedAt is not null && !ShutdownRefused,
    };
}
