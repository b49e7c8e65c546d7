namespace Reconciler.Agent.Storage;

/// <summary>What a host sees of a pool.</summary>
/// <param name="Reason">Ready, or why it is not, in one word.</param>
/// <param name="Message">Why, for people; null when it is ready.</param>
/// <param name="FreeBytes">Room for new volumes; null: not known.</param>
/// <param name="TotalBytes">All its room; null: not known.</param>
internal sealed record PoolState(string Reason, string? Message = null, long? FreeBytes = null, long? TotalBytes = null)
{
    public const string Ready = "Ready";
    public const string NotFound = "NotFound";
    public const string NotAllowed = "NotAllowed";
    public const string NotWritable = "NotWritable";

    public bool IsReady => Reason == Ready;
}
