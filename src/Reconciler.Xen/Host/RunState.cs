namespace Reconciler.Xen.Host;

/// <summary>What the hypervisor says of a domain.</summary>
public enum RunState
{
    /// <summary>Runs, or waits for an event (Xen's "blocked").</summary>
    Running,

    /// <summary>Paused by the toolstack.</summary>
    Paused,

    /// <summary>Has shut down, for a <see cref="ShutdownReason"/>; stays visible until destroyed.</summary>
    ShutDown,

    /// <summary>Being torn down by the hypervisor; can't be acted on, only waited for.</summary>
    Dying,
}
