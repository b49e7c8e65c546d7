namespace Reconciler.Api.Scheduling;

/// <summary>One host's answer to one domain.</summary>
/// <param name="Verdict">Whether it fits; if not, the first filter that objects.</param>
/// <param name="Scores">Of a host that fits.</param>
public sealed record PlacementRow(FitVerdict Verdict, HostScores? Scores);
