using Reconciler.Scale.Load;
using Reconciler.Scale.Measuring;
using Reconciler.Testing;

namespace Reconciler.Scale.Reporting;

/// <summary>All that a run has measured. Seconds throughout.</summary>
internal sealed record ScaleResult
{
    public required DateTimeOffset At { get; init; }

    public required Machine Machine { get; init; }

    /// <summary>Which builds were run.</summary>
    public required string Programs { get; init; }

    public required ScaleOptions Options { get; init; }

    /// <summary>As <see cref="CreateToRunning"/>, of those that were created before, ten a second.</summary>
    public required Percentiles Trickle { get; init; }

    /// <summary>From before the create request until a watch shows powerState Running.</summary>
    public required Percentiles CreateToRunning { get; init; }

    /// <summary>From before the change until a watch shows the new powerState.</summary>
    public required Percentiles Churn { get; init; }

    /// <summary>Domains per second, from the first create until the last is Running.</summary>
    public required double Throughput { get; init; }

    /// <summary>Requests of operator and agents to the API server for one Domain that is created and comes to run.</summary>
    public required double RequestsPerDomain { get; init; }

    public required IReadOnlyList<Phase> Phases { get; init; }

    public required ProcessUsage Operator { get; init; }

    public required ProcessUsage Agents { get; init; }

    /// <summary>One published agent, alone, of a simulated host in the same cluster.</summary>
    public required ProcessUsage OneAgent { get; init; }

    public required IReadOnlyList<Moment> Moments { get; init; }

    /// <summary>Each Domain, from created to Running.</summary>
    public required IReadOnlyList<Passage> Passages { get; init; }
}
