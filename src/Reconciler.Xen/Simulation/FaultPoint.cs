namespace Reconciler.Xen.Simulation;

/// <summary>A place where an operation can be cut short: before each of its micro-steps, and after the last.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Uuid">Its domain; null where it concerns the whole host.</param>
/// <param name="Index">0: nothing was done. The number of micro-steps: all was done, only the answer is missing.</param>
/// <param name="MicroStep">The name of the micro-step that is next; "answer" after the last.</param>
public sealed record FaultPoint(HostOperation Operation, Guid? Uuid, int Index, string MicroStep)
{
    /// <summary>The name of the point after the last micro-step.</summary>
    public const string Answer = "answer";
}
