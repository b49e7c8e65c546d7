namespace Reconciler.Testing.Runner;

/// <summary>
/// Something that must be there before tests can run: the build, a lab's downloads, the published programs. A lab that can't
/// be prepared doesn't end the run: the tests that need it fail and say why.
/// </summary>
internal sealed class Preparation(string name, IReadOnlyList<string> command, string root, string resultsFolder, TimeSpan limit, Progress progress, Failures failures)
{
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        var log = Path.Combine(resultsFolder, $"prepare-{name.Replace('/', '-').Replace(' ', '-')}.log");
        progress.Say($"{name}: {string.Join(' ', command)}");
        var external = new Command(name, command[0], [.. command.Skip(1)])
        {
            WorkingDirectory = root,
            LogFile = log,
            Limit = limit,
            // The lab scripts say on standard error what takes them long, with their own name in front.
            OnErrorLine = line =>
            {
                if (line.StartsWith("lab: ", StringComparison.Ordinal))
                    progress.Say(line);
            },
        };
        CommandResult result;
        using (progress.Working(name))
            result = await external.RunAsync(cancellation);
        if (result.Succeeded)
        {
            progress.Say($"{name}: done ({result.Elapsed.TotalSeconds:0.0} s)");
            return true;
        }

        var why = result.TimedOut ? $"not finished within {limit.TotalMinutes:0} min" : $"ended with exit code {result.ExitCode}";
        progress.Say($"{name}: FAILED, {why}:");
        LogExcerpt.Print(log);
        failures.OfProgram(name, why, File.ReadLines(log));
        return false;
    }
}
