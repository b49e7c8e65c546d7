namespace Reconciler.Testing.Runner;

/// <summary>
/// The order of a whole run: build; beside it the published programs and the labs; then all fast tests; then the lab tests, the end-to-end tests last.
/// Two test executables run at a time, because the machine that this is planned for has two cores; of the labs three, because one of them mostly waits.
/// </summary>
/// <param name="again">Whether lab tests are run though nothing has changed since they passed.</param>
internal sealed class TestRun(string root, string results, Progress progress, Failures failures, bool again)
{
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan PrepareLimit = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan FastLimit = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LabLimit = TimeSpan.FromMinutes(60);

    private readonly PassedLabs _passed = new(Path.Combine(results, "passed"));

    public async Task<TestTally> RunAsync(bool fast, CancellationToken cancellation)
    {
        var projects = TestProject.Discover(root);
        var (due, recalled) = fast ? ([], TestTally.None) : Choose(projects);
        if (fast)
            progress.Say("the labs are left out (tests with Category=Lab); 'make test' runs them too");
        Task labs = due.Count == 0 ? Task.CompletedTask : PrepareLabsAsync(cancellation);
        // It shares no folder with the build, so it need not wait for it.
        Task published = due.Count == 0 ? Task.CompletedTask : Prepare("publish", BuildLimit, cancellation, "make", "--no-print-directory", "programs");

        var built = await Prepare("build", BuildLimit, cancellation,
            "dotnet", "build", "Reconciler.sln", "--nologo", "-v", "q", "-m:2", "-clp:ErrorsOnly");
        if (!built)
        {
            await Task.WhenAll(labs, published);
            await CompilerServer.EndAsync(root, results, cancellation);
            return new TestTally(0, 1, 0);
        }

        var tally = recalled + await RunAllAsync(projects, TestPart.Fast, atOnce: 2, FastLimit, cancellation);
        await Task.WhenAll(labs, published);
        await CompilerServer.EndAsync(root, results, cancellation);

        // The end-to-end tests keep more emulated hosts busy than there are cores: alone. Of the others two take longest: those of libxl have two hosts to
        // themselves, those of the runtime wait for leases to end.
        foreach (var alike in due.Keys.GroupBy(project => project.Name.Contains("EndToEnd", StringComparison.Ordinal)).OrderBy(group => group.Key))
        {
            tally += await RunAllAsync(
                alike.OrderByDescending(project => project.Name.EndsWith("Xen.Light.Tests", StringComparison.Ordinal) || project.Name.EndsWith("Runtime.Tests", StringComparison.Ordinal)),
                TestPart.Lab, atOnce: 3, LabLimit, cancellation, (project, outcome) => Keep(project, due[project], outcome));
        }

        return tally;
    }

    /// <summary>The projects whose lab tests are to be run, with what they depend on, and what came out of those that need not be.</summary>
    private (Dictionary<TestProject, string> Due, TestTally Recalled) Choose(IReadOnlyList<TestProject> projects)
    {
        var inputs = new LabInputs(root);
        var due = new Dictionary<TestProject, string>();
        var recalled = TestTally.None;
        foreach (var project in projects)
        {
            var fingerprint = inputs.Fingerprint(project);
            if (again || _passed.Find(project, fingerprint) is not { } passed)
            {
                due.Add(project, fingerprint);
                continue;
            }

            recalled += passed.Tally;
            if (passed.Tally.Total > 0)
                new TestExecution(project, TestPart.Lab, results, LabLimit, progress, failures).Recall(passed);
        }

        if (recalled.Total > 0)
            progress.Say("those are not run again: nothing that they can depend on has changed since; 'make test AGAIN=1' runs them all the same");
        return (due, recalled);
    }

    /// <summary>What was edited meanwhile may have been tested as it was before, or after.</summary>
    private void Keep(TestProject project, string fingerprint, TestTally outcome)
    {
        if (new LabInputs(root).Fingerprint(project) == fingerprint)
            _passed.Keep(project, fingerprint, outcome, DateTimeOffset.UtcNow);
    }

    /// <summary>Every lab has an <c>prepare.sh</c> that downloads and builds what the lab needs and answers at once when it is there.</summary>
    private Task<bool[]> PrepareLabsAsync(CancellationToken cancellation) => Task.WhenAll(
        Directory.EnumerateFiles(Path.Combine(root, "tests", "lab"), "prepare.sh", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(script => Path.GetRelativePath(root, script))
            .Select(script => Prepare(Path.GetDirectoryName(script)!, PrepareLimit, cancellation, "bash", script)));

    private Task<bool> Prepare(string name, TimeSpan limit, CancellationToken cancellation, params string[] command) =>
        new Preparation(name, command, root, results, limit, progress, failures).RunAsync(cancellation);

    private async Task<TestTally> RunAllAsync(
        IEnumerable<TestProject> projects, TestPart part, int atOnce, TimeSpan limit, CancellationToken cancellation, Action<TestProject, TestTally>? ended = null)
    {
        var sum = TestTally.None;
        var gate = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(projects, options, async (project, token) =>
        {
            var tally = await new TestExecution(project, part, results, limit, progress, failures).RunAsync(token);
            lock (gate)
                sum += tally;
            ended?.Invoke(project, tally);
        });
        return sum;
    }
}
