using Reconciler.Xen.Host;

namespace Reconciler.Xen.Planning;

/// <summary>One action on the host: checks its guard again, acts once, and is the unit of crash safety.</summary>
/// <remarks>The set is closed and small. Waiting is not a step (see <see cref="Wait"/>): it never holds a worker.</remarks>
public abstract record Step
{
    private Step() { }

    /// <summary>Create the domain, paused.</summary>
    public sealed record CreatePaused(DesiredDomain Domain) : Step;

    /// <summary>Make a domain that somebody else made this object's.</summary>
    /// <param name="Found">By the UUID that Xen has for it.</param>
    /// <param name="Domain">What it should be.</param>
    public sealed record Adopt(DomainRef Found, DesiredDomain Domain) : Step;

    /// <summary>Let it run.</summary>
    /// <param name="Domain">Null: the domain that a <see cref="CreatePaused"/> earlier in the same plan made.</param>
    public sealed record Unpause(DomainRef? Domain) : Step;

    /// <summary>Stop its virtual CPUs.</summary>
    public sealed record Pause(DomainRef Domain) : Step;

    /// <summary>Ask the guest to power off.</summary>
    public sealed record RequestShutdown(DomainRef Domain) : Step;

    /// <summary>Strike a request to power off that the guest did not follow and that is not wanted any more.</summary>
    public sealed record WithdrawShutdown(DomainRef Domain) : Step;

    /// <summary>Destroy it, or clear away its remains.</summary>
    public sealed record Destroy(DomainRef Domain, DestroyCause Cause) : Step;

    /// <summary>Attach a disk.</summary>
    public sealed record AttachDisk(DomainRef Domain, DesiredDisk Disk) : Step;

    /// <summary>Attach a NIC.</summary>
    public sealed record AttachNic(DomainRef Domain, DesiredNic Nic) : Step;

    /// <summary>Change what is behind a NIC, which the guest keeps; or put it back where it was.</summary>
    public sealed record ConfigureNic(DomainRef Domain, DesiredNic Nic) : Step;

    /// <summary>Ask the guest to let go of a device.</summary>
    public sealed record RequestDetach(DomainRef Domain, DeviceRef Device) : Step;

    /// <summary>Take a device away, or clear away its remains.</summary>
    public sealed record Detach(DomainRef Domain, DeviceRef Device, DetachCause Cause) : Step;

    /// <summary>The device that it is about; null when it is about the domain as a whole.</summary>
    public DeviceRef? About => this switch
    {
        AttachDisk s => s.Disk.Ref,
        AttachNic s => s.Nic.Ref,
        ConfigureNic s => s.Nic.Ref,
        RequestDetach s => s.Device,
        Detach s => s.Device,
        _ => null,
    };

    /// <summary>The step's name in logs, metrics and spans: <c>CreatePaused</c>.</summary>
    public string Name => this switch
    {
        CreatePaused => nameof(CreatePaused),
        Adopt => nameof(Adopt),
        Unpause => nameof(Unpause),
        Pause => nameof(Pause),
        RequestShutdown => nameof(RequestShutdown),
        WithdrawShutdown => nameof(WithdrawShutdown),
        Destroy => nameof(Destroy),
        AttachDisk => nameof(AttachDisk),
        AttachNic => nameof(AttachNic),
        ConfigureNic => nameof(ConfigureNic),
        RequestDetach => nameof(RequestDetach),
        Detach => nameof(Detach),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
