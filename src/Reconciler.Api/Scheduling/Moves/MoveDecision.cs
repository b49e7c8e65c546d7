using Reconciler.Api.Domains;

namespace Reconciler.Api.Scheduling.Moves;

/// <summary>What is decided about the place of a Domain that has one.</summary>
internal sealed record MoveDecision
{
    /// <summary>It stays, and nothing asks it to go.</summary>
    public static MoveDecision Stay { get; } = new();

    /// <summary>The reason of Placed while it is on its host; null: Placed.</summary>
    public string? Reason { get; init; }

    /// <summary>For people.</summary>
    public string Message { get; init; } = "";

    /// <summary>The move to be in the status; null: the one that is there, if any.</summary>
    public DomainMove? Move { get; init; }

    /// <summary>Where it would go, or why nowhere, while it has not left: for the status.</summary>
    public PlacementDecision? Considered { get; init; }

    /// <summary>It has left its host: where it goes, or why nowhere yet.</summary>
    public PlacementDecision? Next { get; init; }

    /// <summary>Nothing of it is left on a host that will never say so: it may be let go.</summary>
    public bool IsGone { get; init; }
}
