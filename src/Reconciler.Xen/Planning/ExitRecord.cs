using Reconciler.Xen.Host;

namespace Reconciler.Xen.Planning;

/// <summary>
/// The last time that the guest ended by itself, as recorded in the object's status before its remains were cleared away: the memory
/// that the restart policy needs, which the host no longer has.
/// </summary>
/// <param name="Domid">The life that ended.</param>
/// <param name="CreatedAt">When that life was created, from its mark: a domid alone may come again.</param>
/// <param name="Reason">How it ended.</param>
/// <param name="At">When it was seen to have ended.</param>
/// <param name="Restarts">How many ends in a row, this one counted, each within ten minutes of its start; 0 after a longer run.</param>
/// <param name="Followed">
/// True once a later life of the domain was seen. The record then tells what was and counts for the back-off, but no longer decides
/// whether the domain starts: a domain that ran since does not stay down because the host was rebooted under it.
/// </param>
public sealed record ExitRecord(int Domid, DateTimeOffset CreatedAt, ShutdownReason Reason, DateTimeOffset At, int Restarts, bool Followed = false);
