namespace Reconciler.Agent.Storage.Work;

/// <summary>How far the work on a volume is.</summary>
/// <param name="Since">When it began.</param>
/// <param name="Message">For people: what is being done, how much of it is done, or when it is tried again.</param>
internal sealed record VolumeProgress(DateTimeOffset Since, string Message);
