namespace Reconciler.Xen.Planning;

/// <summary>Something that the plan waits for, without holding a worker.</summary>
/// <param name="Reason">CamelCase, from <see cref="WaitReason"/>.</param>
/// <param name="Message">What and why, in words.</param>
/// <param name="Since">Since when, as far as the host or the status remembers it; otherwise the time of the plan.</param>
/// <param name="Deadline">
/// When to plan again at the latest, always later than the plan: it turns into something else then, or no signal is sure to tell of its
/// end. Null when only an event or a person ends it.
/// </param>
public sealed record Wait(WaitReason Reason, string Message, DateTimeOffset Since, DateTimeOffset? Deadline);
