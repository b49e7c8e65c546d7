namespace Reconciler.Xen.Light;

/// <summary>Workers that were given up since the host was opened; each is killed, if it still lives, and replaced.</summary>
/// <param name="TimedOut">Their operation exceeded its limit.</param>
/// <param name="Lost">They ended by themselves, or answered what can't be understood.</param>
public readonly record struct WorkerLosses(long TimedOut, long Lost);
