namespace Reconciler.Xen.Simulation;

/// <summary>The calls of the port, as latencies and faults name them.</summary>
public enum HostOperation
{
    Describe,
    Observe,
    Check,
    CreatePaused,
    Adopt,
    Unpause,
    Pause,
    RequestShutdown,
    WithdrawShutdown,
    Destroy,
    AttachDisk,
    AttachNic,
    ConfigureNic,
    RequestDetach,
    Detach,
}
