namespace Reconciler.Xen.Simulation;

/// <summary>What a guest does with a device.</summary>
internal enum XenbusEvent
{
    /// <summary>Its driver has found it: Initialised.</summary>
    TakeUp,

    /// <summary>Both ends are Connected.</summary>
    Connect,

    /// <summary>It was asked to let go: Closing.</summary>
    BeginToClose,

    /// <summary>Both ends are Closed.</summary>
    LetGo,

    /// <summary>It gives it up by itself, for another kernel to take it up: Closed.</summary>
    HandOver,

    /// <summary>Another kernel looks for devices: Initialising.</summary>
    BeginAnew,

    /// <summary>It dies of being asked.</summary>
    Crash,
}
