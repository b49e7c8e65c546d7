using Reconciler.Api.Scheduling;

namespace Reconciler.Cli.Planning;

/// <summary>The parts of a score, each times its weight: their sum is <see cref="HostScores.Total"/>.</summary>
internal static class WeightedScores
{
    /// <returns>By the names of <see cref="HostScores"/>, the weightiest first.</returns>
    public static IReadOnlyList<(string Name, int Score)> Of(HostScores scores) =>
    [
        (nameof(HostScores.PreferredHost), scores.PreferredHost * HostScores.PreferredHostWeight),
        (nameof(HostScores.AntiAffinity), scores.AntiAffinity * HostScores.AntiAffinityWeight),
        (nameof(HostScores.LastHost), scores.LastHost * HostScores.LastHostWeight),
        (nameof(HostScores.Memory), scores.Memory * HostScores.MemoryWeight),
        (nameof(HostScores.Spread), scores.Spread * HostScores.SpreadWeight),
    ];
}
