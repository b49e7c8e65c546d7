namespace Reconciler.Xen.Simulation;

/// <summary>What a guest does with its disks and NICs.</summary>
public enum DeviceAnswer
{
    /// <summary>It connects to those that it finds, and lets go of those that it is to give up.</summary>
    Connect,

    /// <summary>It has no driver: it connects to none and answers nothing.</summary>
    NoDriver,

    /// <summary>From before there was hot-plug: it connects to those that are there when it boots, and answers nothing after that.</summary>
    NoHotplug,

    /// <summary>It connects, and is using each: asked to give it up, it says so and goes on (Linux: "Device in use; refusing to close").</summary>
    Keep,

    /// <summary>It gives up what it is asked for and takes it up again, once: another kernel came in between (kexec).</summary>
    Reattach,

    /// <summary>It crashes while it gives up the first.</summary>
    Crash,
}
