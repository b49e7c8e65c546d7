namespace Reconciler.Xen.Simulation;

/// <summary>
/// Stands for the sudden death of the process that called the host. A test catches it where it started the "process", drops every object
/// of it, and starts a new one on the same host. Not a <see cref="Host.XenException"/>: nothing in the process may handle it.
/// </summary>
public sealed class ProcessDiedException(FaultPoint point) : Exception($"The process died in {point.Operation} before {point.MicroStep}.")
{
    public FaultPoint Point { get; } = point;
}
