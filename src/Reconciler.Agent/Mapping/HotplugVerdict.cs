namespace Reconciler.Agent.Mapping;

/// <summary>Why a running guest has not connected to a device.</summary>
internal enum HotplugVerdict
{
    /// <summary>Its time is not over.</summary>
    None,

    /// <summary>It can't take devices while it runs: it says so, or it has a driver for the kind, connected at its start, that does not look at this one.</summary>
    NotSupported,

    /// <summary>Nothing in it has looked at the device: its end is as the host has written it.</summary>
    NoDriver,

    /// <summary>A driver has begun, and not finished.</summary>
    Unfinished,
}
