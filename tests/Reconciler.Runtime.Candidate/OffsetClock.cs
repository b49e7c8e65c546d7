namespace Reconciler.Runtime.Candidate;

/// <summary>A clock that is set wrong; it runs as fast as any other.</summary>
internal sealed class OffsetClock(TimeSpan offset) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;
}
