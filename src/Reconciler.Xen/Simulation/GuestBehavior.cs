namespace Reconciler.Xen.Simulation;

/// <summary>
/// What a simulated guest does. All times are the guest's own: they count from its first instruction, and stand still while it is paused.
/// </summary>
/// <remarks>See <see cref="GuestCmdline"/> for how a manifest chooses it.</remarks>
public sealed record GuestBehavior
{
    /// <summary>How long it takes to come up. What it is asked before that it does then.</summary>
    public TimeSpan Boot { get; init; }

    public ShutdownAnswer Shutdown { get; init; }

    /// <summary>From the request to its acknowledgement.</summary>
    public TimeSpan AckDelay { get; init; }

    /// <summary>From the acknowledgement to the end.</summary>
    public TimeSpan ShutdownDelay { get; init; }

    /// <summary>Crashes after this time.</summary>
    public TimeSpan? CrashAfter { get; init; }

    /// <summary>Stops feeding its watchdog, and is ended by that, after this time.</summary>
    public TimeSpan? WatchdogAfter { get; init; }

    /// <summary>Powers off by itself after this time.</summary>
    public TimeSpan? PowerOffAfter { get; init; }

    /// <summary>Reboots after this time.</summary>
    public TimeSpan? RebootAfter { get; init; }

    /// <summary>Boots into another kernel (a soft reset) after this time.</summary>
    public TimeSpan? KexecAfter { get; init; }

    /// <summary>What it does with its disks and NICs.</summary>
    public DeviceAnswer Devices { get; init; }

    /// <summary>From when it finds a device to when it is connected to it.</summary>
    public TimeSpan ConnectDelay { get; init; }

    /// <summary>From when it is asked to let go of a device to when it has.</summary>
    public TimeSpan LetGoDelay { get; init; }

    /// <summary>
    /// Hands its devices over to another kernel after this time: it gives each up by itself, and takes it up again a <see cref="Boot"/>
    /// later (kexec in a PV guest, a boot loader that hands over).
    /// </summary>
    public TimeSpan? ReattachAfter { get; init; }
}
