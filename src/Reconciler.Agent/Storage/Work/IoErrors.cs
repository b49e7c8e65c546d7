namespace Reconciler.Agent.Storage.Work;

internal static class IoErrors
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    /// <summary>ENOSPC or EDQUOT, as .NET passes them on.</summary>
    public static bool IsFull(this Exception e) => e is IOException && (e.HResult & 0xffff) is NoSpace or QuotaExceeded;
}
