namespace Reconciler.Xen.Planning;

/// <summary>Something that the plan waits for, without holding a worker.</summary>
/// <param name="Reason">CamelCase, from <see cref="WaitReason"/>.</param>
/// <param name="Message">What and why, in words.</param>
/// <param name="Since">Since when, as far as the host or the status remembers it; otherwise the time of the plan.</param>
/// <param name="Deadline">When time ends it: it turns into something else then. Null when only an event or a person ends it.</param>
/// <param name="Again">
/// When to plan again before that: no signal is sure to tell of its end, or something is due while it lasts. Null when nothing calls for it.
/// </param>
public sealed record Wait(WaitReason Reason, string Message, DateTimeOffset Since, DateTimeOffset? Deadline, DateTimeOffset? Again = null)
{
    /// <summary>When to plan again at the latest, always later than the plan; null when a signal is sure to come.</summary>
    public DateTimeOffset? Next => Again < Deadline || Deadline is null ? Again : Deadline;
}
