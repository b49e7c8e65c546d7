namespace Reconciler.Xen.Host;

/// <summary>The states of one end of a device (xen/include/public/io/xenbus.h), with their numbers.</summary>
public enum XenbusState
{
    /// <summary>No state is written, or none that is known.</summary>
    Unknown = 0,

    /// <summary>A driver is looked for, or prepares itself.</summary>
    Initialising = 1,

    /// <summary>The backend is ready and waits for the frontend.</summary>
    InitWait = 2,

    /// <summary>The frontend is ready and waits for the backend.</summary>
    Initialised = 3,

    /// <summary>In use.</summary>
    Connected = 4,

    /// <summary>It is to be given up.</summary>
    Closing = 5,

    /// <summary>It was given up.</summary>
    Closed = 6,

    /// <summary>Its settings are being changed.</summary>
    Reconfiguring = 7,

    /// <summary>They were changed.</summary>
    Reconfigured = 8,
}
