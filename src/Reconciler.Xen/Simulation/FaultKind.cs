using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <summary>What goes wrong at a point of an operation. What was done before the point stays done, what comes after it is not done.</summary>
public enum FaultKind
{
    /// <summary>The call fails with the fault's code.</summary>
    Fail,

    /// <summary>The call hangs until its worker is killed at the operation's limit, and fails with <see cref="XenErrorCode.Timeout"/>.</summary>
    Hang,

    /// <summary>The worker dies: <see cref="XenErrorCode.WorkerLost"/>.</summary>
    LoseWorker,

    /// <summary>The process that made the call dies, worker included: <see cref="ProcessDiedException"/>.</summary>
    Die,

    /// <summary>
    /// The process that made the call dies (<see cref="ProcessDiedException"/>), its worker does not: it does the rest when
    /// <see cref="Fault.Lasting"/> is over, and until then the domain has an operation in progress.
    /// </summary>
    DieAlone,
}
