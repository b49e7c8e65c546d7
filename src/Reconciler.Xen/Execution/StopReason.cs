namespace Reconciler.Xen.Execution;

/// <summary>Why the execution of a plan ended before its last step.</summary>
public enum StopReason
{
    /// <summary>The host refused or failed; the error tells.</summary>
    Failed,

    /// <summary>The state that the step was planned upon has changed: not an error, plan again.</summary>
    NoLongerApplies,

    /// <summary>Cancelled before the step.</summary>
    Cancelled,

    /// <summary>Not begun yet when another step beside it had taken long: what has come of that is to be told first, then plan again.</summary>
    Postponed,
}
