using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;

namespace Reconciler.Api.Scheduling;

/// <summary>Where a domain goes, or why nowhere.</summary>
public sealed record PlacementDecision
{
    /// <summary>The XenHost's name; null when none fits.</summary>
    public string? Host { get; init; }

    /// <summary>The host's score, see <see cref="HostScores.Total"/>; null when none fits.</summary>
    public int? Score { get; init; }

    /// <summary>From <see cref="PlacedCondition"/>: Placed, NoHost or NoHostFits.</summary>
    public required string Reason { get; init; }

    /// <summary>For people.</summary>
    public required string Message { get; init; }

    /// <summary>The first hosts by name that were not eligible, at most <see cref="PlacementStatus.MaximumHosts"/>. All of them with their messages: <see cref="PlacementTable"/>.</summary>
    public required IReadOnlyList<HostVerdict> Refused { get; init; }

    /// <summary>How many hosts said what.</summary>
    public required IReadOnlyList<VerdictCount> Counts { get; init; }

    /// <summary>As it is told in the status of the Domain.</summary>
    /// <param name="before">What was told last: a decision that says the same keeps its time.</param>
    /// <param name="refusals">To be remembered.</param>
    /// <param name="now">When it was made.</param>
    internal PlacementStatus ToStatus(PlacementStatus? before, IReadOnlyList<PastRefusal>? refusals, DateTimeOffset now)
    {
        var host = Host ?? before?.Host;
        // How well it suits changes with every domain that comes and goes: that alone is no news.
        var same = before is not null && before.Host == host && before.Score is null == Score is null
            && SameItems(before.Refused, Refused) && SameItems(before.Counts, Counts) && SameItems(before.Refusals, refusals);
        return same ? before! : new PlacementStatus
        {
            Host = host,
            DecidedAt = now,
            Score = Score,
            Refused = Refused.Count == 0 ? null : Refused,
            Counts = Counts,
            Refusals = refusals,
        };
    }

    private static bool SameItems<T>(IReadOnlyList<T>? a, IReadOnlyList<T>? b) => (a ?? []).SequenceEqual(b ?? []);
}
