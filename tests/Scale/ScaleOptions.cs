namespace Reconciler.Scale;

/// <summary>How large a run is.</summary>
internal sealed record ScaleOptions
{
    public required int Domains { get; init; }

    public required int Hosts { get; init; }

    /// <summary>Domains created before, ten a second: a figure of its own, and no program is new to its work when the others come.</summary>
    public required int Trickle { get; init; }

    /// <summary>Domains created per second; 0: in one go.</summary>
    public required double Rate { get; init; }

    public required TimeSpan Idle { get; init; }

    public required TimeSpan Churn { get; init; }

    /// <summary>What a simulated host takes to create a domain.</summary>
    public required TimeSpan CreateTime { get; init; }
}
