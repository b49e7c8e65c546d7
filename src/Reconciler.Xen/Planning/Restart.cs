using Reconciler.Xen.Host;

namespace Reconciler.Xen.Planning;

/// <summary>What follows the end of a guest whose domain is wanted.</summary>
internal static class Restart
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    /// <summary>It has ended, and its remains are still there.</summary>
    public static Plan? AfterEnd(Situation s)
    {
        if (s.Domain is not { } domain || !domain.Ended())
            return null;

        var clear = new Step.Destroy(domain.Ref, DestroyCause.Remains);
        if (!domain.EndedByItself())
            return Start.Anew(s, clear);

        // The remains are the only witness of how it ended until that is in the status: a crash in between must not lose it.
        if (s.LastExit is not { } exit || !exit.IsOf(domain))
        {
            return new Plan([], s.Wait(WaitReason.RecordingExit,
                $"The guest ended by itself ({domain.ShutdownReason}); its remains are cleared away when that is recorded."));
        }
        return WhenDue(s, clear);
    }

    /// <summary>Starts the domain, unless its last end by itself says that it does not start, or not yet.</summary>
    public static Plan WhenDue(Situation s, Step? clear = null)
    {
        if (Pending(s) is not { } wait)
            return Start.Anew(s, clear);
        return new Plan(clear is null ? [] : [clear], wait);
    }

    private static Wait? Pending(Situation s)
    {
        if (s.LastExit is not { Followed: false } exit)
            return null;
        if (!Follows(s.Policy.RestartPolicy, exit.Reason))
        {
            return s.Wait(WaitReason.Ended,
                $"The guest ended by itself ({exit.Reason}) and restartPolicy is {s.Policy.RestartPolicy}. To start it again, set powerState to Halted and then to Running.",
                since: exit.At);
        }

        var due = exit.At.AddSaturated(Delay(exit.Restarts));
        // A record from the future is one from before the clock was set back: it must not keep the domain down until then.
        if (due <= s.Now || exit.At > s.Now)
            return null;
        return s.Wait(WaitReason.RestartBackoff,
            $"The guest ended by itself ({exit.Reason}), {exit.Restarts} times in a row soon after its start.", since: exit.At, deadline: due);
    }

    private static bool Follows(RestartPolicy policy, ShutdownReason reason) => policy switch
    {
        RestartPolicy.Always => true,
        RestartPolicy.OnFailure => reason != ShutdownReason.Poweroff,
        _ => false,
    };

    /// <summary>None after a long run, then 10 s, 20 s, 40 s, ... 5 min.</summary>
    internal static TimeSpan Delay(int restarts)
    {
        if (restarts <= 0)
            return TimeSpan.Zero;
        var delay = FirstDelay * (1L << Math.Min(restarts - 1, 10));
        return delay < LongestDelay ? delay : LongestDelay;
    }
}
