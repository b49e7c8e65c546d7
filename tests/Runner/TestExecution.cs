namespace Reconciler.Testing.Runner;

/// <summary>Runs one part of one test project and judges it by its report and its exit code together.</summary>
internal sealed class TestExecution(TestProject project, TestPart part, string resultsFolder, TimeSpan limit, Progress progress, Failures failures)
{
    /// <summary>So that a failure with much to tell does not hide the others.</summary>
    private const int MessageLines = 25;

    private readonly string _report = Path.Combine(resultsFolder, $"{project.Name}.{(part is TestPart.Lab ? "lab" : "fast")}.json");

    private string Log => Path.ChangeExtension(_report, ".log");

    private string Name => part is TestPart.Lab ? $"{project.Name} (labs)" : project.Name;

    public async Task<TestTally> RunAsync(CancellationToken cancellation)
    {
        File.Delete(_report);
        if (!File.Exists(project.Executable))
        {
            progress.Say($"{Name}: FAILED, there is no {project.Executable}");
            failures.OfProgram(Name, $"there is no {project.Executable}", []);
            return new TestTally(0, 1, 0);
        }

        var command = new Command(
            Name,
            project.Executable,
            [
                part is TestPart.Lab ? "--filter-trait" : "--filter-not-trait", "Category=Lab",
                "--results-directory", resultsFolder, "--report-ctrf", "--report-ctrf-filename", Path.GetFileName(_report),
                "--no-progress", "--no-ansi",
            ])
        {
            WorkingDirectory = project.Folder,
            LogFile = Log,
            Limit = limit,
        };
        CommandResult result;
        using (progress.Working(Name))
            result = await command.RunAsync(cancellation);
        return Tell(result, TestReport.Read(_report));
    }

    /// <summary>Tells what came out of it when it was run last, which is not done again.</summary>
    public void Recall(PassedLab passed)
    {
        progress.Say($"{Name}: {passed}");
        if (TestReport.Read(_report) is { } report)
            Explain(report);
    }

    private TestTally Tell(CommandResult result, TestReport? report)
    {
        var verdict = Verdict.Of(result, report);
        if (verdict.Broken is { } why)
        {
            progress.Say($"{Name}: FAILED, {why}:");
            LogExcerpt.Print(Log);
            failures.OfProgram(Name, why, File.ReadLines(Log));
        }
        else if (verdict.Tally.Total > 0)
        {
            progress.Say($"{Name}: {verdict.Tally} ({result.Elapsed.TotalSeconds:0.0} s)");
        }

        if (report is not null)
            Explain(report);
        return verdict.Tally;
    }

    private void Explain(TestReport report)
    {
        var failed = report.Results.Tests.Where(test => test.Status is not ("passed" or "skipped")).ToList();
        foreach (var test in failed)
        {
            Console.WriteLine($"    FAILED {test.Name}");
            failures.OfTest(test.Name, test.Message);
        }

        foreach (var test in failed)
        {
            Console.WriteLine($"    {test.Name}:");
            var lines = $"{test.Message}\n{test.Trace}".Split('\n', StringSplitOptions.RemoveEmptyEntries);
            foreach (var line in lines.Take(MessageLines))
                Console.WriteLine($"        {LogExcerpt.Cut(line.TrimEnd())}");
            Console.WriteLine($"        {(lines.Length > MessageLines ? $"{lines.Length - MessageLines} lines more, and " : "")}its output: {Log}");
        }

        foreach (var test in report.Results.Tests.Where(test => test.Status is "skipped"))
            Console.WriteLine($"    skipped {test.Name}: {test.Extra?.Reason ?? "no reason given"}");
    }
}
