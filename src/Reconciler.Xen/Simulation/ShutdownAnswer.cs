namespace Reconciler.Xen.Simulation;

/// <summary>What a guest does when it is asked to power off.</summary>
public enum ShutdownAnswer
{
    /// <summary>It acknowledges and powers off.</summary>
    PowerOff,

    /// <summary>The request stands and nothing happens.</summary>
    Ignore,

    /// <summary>It acknowledges and then hangs.</summary>
    Hang,

    /// <summary>It offers no way to be asked. (Of real guests, HVM ones without drivers that know neither Xen nor ACPI.)</summary>
    Refuse,

    /// <summary>
    /// It powers off; but asked while it boots, it acknowledges and forgets, as a Linux kernel that takes the request before there is an
    /// init to carry it out.
    /// </summary>
    ForgetInBoot,
}
