namespace Reconciler.Runtime.Tests.Faults;

/// <summary>Leaves steps out of a walk that fails, as long as it fails without them (delta debugging).</summary>
internal static class WalkShrinker
{
    public static (List<WalkStep> Steps, string Failure) Shrink(IReadOnlyList<WalkStep> steps, WalkResult failed, TimeSpan patience)
    {
        var started = TimeProvider.System.GetTimestamp();
        var (best, failure) = (steps.Take(failed.Steps).ToList(), failed.Failure!);
        for (var size = best.Count / 2; size > 0; size /= 2)
        {
            for (var from = 0; from + size <= best.Count && TimeProvider.System.GetElapsedTime(started) < patience;)
            {
                List<WalkStep> fewer = [.. best.Take(from), .. best.Skip(from + size)];
                if (Walk.Play(fewer) is { Failure: { } still } again)
                {
                    (best, failure) = ([.. fewer.Take(again.Steps)], still);
                }
                else
                {
                    from += size;
                }
            }
        }

        return (best, failure);
    }
}
