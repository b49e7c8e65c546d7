using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Xen.Execution;

/// <summary>How far a plan was carried out.</summary>
/// <param name="Done">The steps that were done, in order.</param>
public sealed record ExecutionResult(IReadOnlyList<Step> Done)
{
    /// <summary>The first step that was not done; null when all were. Whether it had an effect is seen by observing.</summary>
    public Step? Stopped { get; init; }

    /// <summary>Why it was not; set together with <see cref="Stopped"/>.</summary>
    public StopReason? StopReason { get; init; }

    /// <summary>Set exactly when <see cref="StopReason"/> is <see cref="Execution.StopReason.Failed"/>.</summary>
    public XenException? Error { get; init; }

    /// <summary>Set exactly when <see cref="StopReason"/> is <see cref="Execution.StopReason.NoLongerApplies"/>: what has changed.</summary>
    public string? Objection { get; init; }

    /// <summary>Whether a step was <see cref="Execution.StopReason.Postponed"/>, be it beside one that has failed.</summary>
    public bool HasPostponed { get; init; }

    /// <summary>The domid of the domain that was created, if one was.</summary>
    public int? CreatedDomid { get; init; }

    public bool Completed => Stopped is null;
}
