namespace Reconciler.Testing.Runner;

internal sealed record CommandResult(int ExitCode, TimeSpan Elapsed, bool TimedOut)
{
    public bool Succeeded => ExitCode == 0 && !TimedOut;
}
