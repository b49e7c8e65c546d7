namespace Reconciler.Testing.Runner;

/// <summary>
/// The order of a whole run: build; beside it the published programs and the labs; then all fast tests; then the lab tests, the end-to-end tests last.
/// Two test executables run at a time: the machine that this is planned for has two cores.
/// </summary>
internal sealed class TestRun(string root, string results, Progress progress)
{
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan PrepareLimit = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan FastLimit = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LabLimit = TimeSpan.FromMinutes(60);

    public async Task<TestTally> RunAsync(bool fast, CancellationToken cancellation)
    {
        Task labs = fast ? Task.CompletedTask : PrepareLabsAsync(cancellation);
        // It shares no folder with the build, so it need not wait for it.
        Task published = fast ? Task.CompletedTask : Prepare("publish", BuildLimit, cancellation, "make", "--no-print-directory", "programs");
        if (fast)
            progress.Say("the labs are left out (tests with Category=Lab); 'make test' runs them too");

        var built = await Prepare("build", BuildLimit, cancellation,
            "dotnet", "build", "Reconciler.sln", "--nologo", "-v", "q", "-m:2", "-clp:ErrorsOnly");
        if (!built)
        {
            await Task.WhenAll(labs, published);
            await CompilerServer.EndAsync(root, results, cancellation);
            return new TestTally(0, 1, 0);
        }

        var projects = TestProject.Discover(root);
        var tally = await RunAllAsync(projects, TestPart.Fast, FastLimit, cancellation);
        await Task.WhenAll(labs, published);
        await CompilerServer.EndAsync(root, results, cancellation);
        if (fast)
            return tally;

        // The end-to-end tests keep two emulated hosts busy, one for each core: alone. Of the others those of libxl take longest, with one host.
        foreach (var alike in projects.GroupBy(project => project.Name.Contains("EndToEnd", StringComparison.Ordinal)).OrderBy(group => group.Key))
            tally += await RunAllAsync(alike.OrderByDescending(project => project.Name.Contains("Xen.Light", StringComparison.Ordinal)), TestPart.Lab, LabLimit, cancellation);
        return tally;
    }

    /// <summary>Every lab has an <c>prepare.sh</c> that downloads and builds what the lab needs and answers at once when it is there.</summary>
    private Task<bool[]> PrepareLabsAsync(CancellationToken cancellation) => Task.WhenAll(
        Directory.EnumerateFiles(Path.Combine(root, "tests", "lab"), "prepare.sh", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(script => Path.GetRelativePath(root, script))
            .Select(script => Prepare(Path.GetDirectoryName(script)!, PrepareLimit, cancellation, "bash", script)));

    private Task<bool> Prepare(string name, TimeSpan limit, CancellationToken cancellation, params string[] command) =>
        new Preparation(name, command, root, results, limit, progress).RunAsync(cancellation);

    private async Task<TestTally> RunAllAsync(
        IEnumerable<TestProject> projects, TestPart part, TimeSpan limit, CancellationToken cancellation)
    {
        var sum = TestTally.None;
        var gate = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellation };
        await Parallel.ForEachAsync(projects, options, async (project, token) =>
        {
            var tally = await new TestExecution(project, part, results, limit, progress).RunAsync(token);
            lock (gate)
                sum += tally;
        });
        return sum;
    }
}
