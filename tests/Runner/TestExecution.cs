namespace Reconciler.Testing.Runner;

/// <summary>Runs one part of one test project and judges it by its report and its exit code together.</summary>
internal sealed class TestExecution(TestProject project, TestPart part, string resultsFolder, TimeSpan limit, Progress progress)
{
    /// <summary>Exit code of Microsoft.Testing.Platform when no test matched, which is no failure of one half of a project.</summary>
    private const int ZeroTestsRan = 8;

    private string Name => part is TestPart.Lab ? $"{project.Name} (labs)" : project.Name;

    public async Task<TestTally> RunAsync(CancellationToken cancellation)
    {
        var stem = $"{project.Name}.{(part is TestPart.Lab ? "lab" : "fast")}";
        var report = Path.Combine(resultsFolder, stem + ".json");
        var log = Path.Combine(resultsFolder, stem + ".log");
        File.Delete(report);
        if (!File.Exists(project.Executable))
        {
            progress.Say($"{Name}: FAILED, there is no {project.Executable}");
            return new TestTally(0, 1, 0);
        }

        var command = new Command(
            Name,
            project.Executable,
            [
                part is TestPart.Lab ? "--filter-trait" : "--filter-not-trait", "Category=Lab",
                "--results-directory", resultsFolder, "--report-ctrf", "--report-ctrf-filename", Path.GetFileName(report),
                "--no-progress", "--no-ansi",
            ])
        {
            WorkingDirectory = project.Folder,
            LogFile = log,
            Limit = limit,
        };
        CommandResult result;
        using (progress.Working(Name))
            result = await command.RunAsync(cancellation);
        return Judge(result, TestReport.Read(report), log);
    }

    private TestTally Judge(CommandResult result, TestReport? report, string log)
    {
        if (result.TimedOut)
            return Broken($"not finished within {limit.TotalMinutes:0} min, killed", report, log);
        if (report is null)
            return Broken($"ended with exit code {result.ExitCode} and without a report", report, log);
        if (result.ExitCode == ZeroTestsRan && report.Tally.Total == 0)
            return TestTally.None;

        var tally = report.Tally;
        // An exception in a fixture's clean-up makes the run fail though each test has passed.
        if (result.ExitCode != 0 && tally.Failed == 0)
            return Broken($"ended with exit code {result.ExitCode} though no test failed", report, log);

        progress.Say($"{Name}: {tally} ({result.Elapsed.TotalSeconds:0.0} s)");
        Explain(report, log);
        return tally;
    }

    private TestTally Broken(string why, TestReport? report, string log)
    {
        progress.Say($"{Name}: FAILED, {why}:");
        LogExcerpt.Print(log);
        return (report?.Tally ?? TestTally.None) + new TestTally(0, 1, 0);
    }

    private static void Explain(TestReport report, string log)
    {
        foreach (var test in report.Results.Tests.Where(test => test.Status is not ("passed" or "skipped")))
        {
            Console.WriteLine($"    FAILED {test.Name}");
            foreach (var line in $"{test.Message}\n{test.Trace}".Split('\n', StringSplitOptions.RemoveEmptyEntries))
                Console.WriteLine($"        {line.TrimEnd()}");
            Console.WriteLine($"        output: {log}");
        }

        foreach (var test in report.Results.Tests.Where(test => test.Status is "skipped"))
            Console.WriteLine($"    skipped {test.Name}: {test.Extra?.Reason ?? "no reason given"}");
    }
}
