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

    /// <summary>It offers no way to be asked.</summary>
    Refuse,
}
