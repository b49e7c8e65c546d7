using Reconciler.Api.Conditions;

namespace Reconciler.Api.Scheduling;

/// <summary>Where a domain goes, or why nowhere.</summary>
public sealed record PlacementDecision
{
    /// <summary>The XenHost's name; null when none fits.</summary>
    public string? Host { get; init; }

    /// <summary>From <see cref="PlacedCondition"/>: Placed, NoHost or NoHostFits.</summary>
    public required string Reason { get; init; }

    /// <summary>For people.</summary>
    public required string Message { get; init; }

    /// <summary>What each host said, by name.</summary>
    public required IReadOnlyList<FitVerdict> Verdicts { get; init; }
}
