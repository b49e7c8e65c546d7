using Reconciler.Xen.Host;

namespace Reconciler.Xen.Planning;

/// <summary>The record of how a guest ended by itself: kept in status, because the host forgets it with the remains.</summary>
public static class Exits
{
    /// <summary>A guest that ran as long as this had a good start: the next end is not one in a row.</summary>
    private static readonly TimeSpan GoodRun = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The record to be in status before the next plan is made: unchanged, made, marked as followed, or forgotten. The caller writes it
    /// whenever it differs from <paramref name="last"/>, and passes it to <see cref="Planner.Plan"/> only when it is written.
    /// </summary>
    /// <param name="last">What status has.</param>
    /// <param name="desired">What shall be. Halted, or nothing, forgets the record: the next start is a new wish.</param>
    /// <param name="observed">What is.</param>
    public static ExitRecord? Next(ExitRecord? last, DesiredDomain? desired, Observation observed)
    {
        ArgumentNullException.ThrowIfNull(observed);
        if (desired is null or { Power: DesiredPower.Halted })
            return null;
        if (Living(observed) is not { Mark: { } mark } domain || last is not null && last.IsOf(domain))
            return last;
        if (!domain.EndedByItself())
            return last is { Followed: false } ? last with { Followed = true } : last;

        var ranFor = observed.At - (mark.StartedAt ?? mark.CreatedAt);
        var restarts = ranFor >= GoodRun ? 0 : (last?.Restarts ?? 0) + 1;
        return new ExitRecord(domain.Domid, mark.CreatedAt, domain.ShutdownReason ?? ShutdownReason.Unknown, observed.At, restarts);
    }

    private static ObservedDomain? Living(Observation observed)
    {
        ObservedDomain? living = null;
        foreach (var domain in observed.Domains)
        {
            if (domain.State == RunState.Dying)
                continue;
            if (living is not null)
                return null;
            living = domain;
        }
        return living;
    }
}
