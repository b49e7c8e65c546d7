namespace Reconciler.Xen.Planning;

/// <summary>Something that the plan waits for, without holding a worker.</summary>
/// <param name="Reason">CamelCase, from <see cref="WaitReason"/>.</param>
/// <param name="Message">What and why, in words.</param>
/// <param name="Since">Since when.</param>
/// <param name="Deadline">When it turns into something else; null when only an event or a person ends it.</param>
public sealed record Wait(WaitReason Reason, string Message, DateTimeOffset Since, DateTimeOffset? Deadline);
