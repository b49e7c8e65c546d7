namespace Reconciler.Benchmarks;

/// <summary>One row of the benchmark's table: ours beside a baseline measured in the same run.</summary>
/// <param name="Group">The group it belongs to, as named on the command line.</param>
/// <param name="Name">What was measured.</param>
/// <param name="Ours">Our value, in <paramref name="Unit"/>.</param>
/// <param name="Baseline">What it is compared with, in the same unit; null if there is nothing to compare with.</param>
/// <param name="Unit">Such as <c>ops/s</c> or <c>s</c>.</param>
/// <param name="Ratio">Ours divided by the baseline.</param>
/// <param name="Aim">The aim in words, such as <c>at least 1.0x</c>; null if there is none.</param>
/// <param name="Met">Whether the aim was met.</param>
/// <param name="Note">What the baseline is, and how both were measured.</param>
internal sealed record BenchResult(
    string Group, string Name, double Ours, double? Baseline, string Unit, double? Ratio, string? Aim = null, bool? Met = null, string? Note = null)
{
    /// <summary>Higher is better: the ratio must reach <paramref name="aim"/>.</summary>
    public static BenchResult AtLeast(string group, string name, double ours, double baseline, string unit, double aim, string? note = null) =>
        new(group, name, ours, baseline, unit, ours / baseline, $"at least {aim:0.0#}x", ours / baseline >= aim, note);

    /// <summary>Lower is better: the ratio must not exceed <paramref name="aim"/>.</summary>
    public static BenchResult AtMost(string group, string name, double ours, double baseline, string unit, double aim, string? note = null) =>
        new(group, name, ours, baseline, unit, ours / baseline, $"at most {aim:0.0#}x", ours / baseline <= aim, note);

    /// <summary>Lower is better: the value itself must be below <paramref name="limit"/>.</summary>
    public static BenchResult Below(string group, string name, double ours, string unit, double limit, string? note = null) =>
        new(group, name, ours, null, unit, null, $"below {limit:0.##} {unit}", ours < limit, note);

    /// <summary>Higher is better: the value itself must reach <paramref name="limit"/>.</summary>
    public static BenchResult Reaching(string group, string name, double ours, string unit, double limit, string? note = null) =>
        new(group, name, ours, null, unit, null, $"at least {limit:0.##} {unit}", ours >= limit, note);
}
