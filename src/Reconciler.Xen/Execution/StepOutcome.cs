using Reconciler.Xen.Host;

namespace Reconciler.Xen.Execution;

/// <summary>How one step went.</summary>
public sealed record StepOutcome
{
    /// <summary>From before the guard was checked to the end of the call.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Null when the step was done.</summary>
    public StopReason? StopReason { get; init; }

    /// <summary>Set exactly when <see cref="StopReason"/> is <see cref="Execution.StopReason.Failed"/>.</summary>
    public XenException? Error { get; init; }

    /// <summary>Set exactly when <see cref="StopReason"/> is <see cref="Execution.StopReason.NoLongerApplies"/>: what has changed.</summary>
    public string? Objection { get; init; }

    /// <summary>The domid that a step which creates has made.</summary>
    public int? CreatedDomid { get; init; }

    public bool Succeeded => StopReason is null;
}
