namespace Reconciler.Testing.Runner;

/// <summary>What one run of a test executable counts for.</summary>
/// <param name="Tally">The tests, and one failure more where the run itself was broken.</param>
/// <param name="Broken">Why the run can't be taken by its report alone; null where it can.</param>
internal sealed record Verdict(TestTally Tally, string? Broken)
{
    /// <summary>Exit code of Microsoft.Testing.Platform when no test matched, which is no failure of one half of a project.</summary>
    private const int ZeroTestsRan = 8;

    /// <summary>Judges by exit code and report together: neither alone tells a crash from a failure from a fixture that failed to clean up.</summary>
    public static Verdict Of(CommandResult result, TestReport? report)
    {
        if (result.TimedOut)
            return BrokenBy($"not finished within {result.Elapsed.TotalMinutes:0.#} min, killed", report);
        if (report is null)
            return BrokenBy($"ended with exit code {result.ExitCode} and without a report", report);
        if (result.ExitCode == ZeroTestsRan && report.Tally.Total == 0)
            return new Verdict(TestTally.None, null);
        if (result.ExitCode != 0 && report.Tally.Failed == 0)
            return BrokenBy($"ended with exit code {result.ExitCode} though no test failed", report);
        return new Verdict(report.Tally, null);
    }

    private static Verdict BrokenBy(string why, TestReport? report) =>
        new((report?.Tally ?? TestTally.None) + new TestTally(0, 1, 0), why);
}
