namespace Reconciler.Manifests.Crashes;

/// <summary>What a suite of crashes has shown on one kind of host, as it has written it down.</summary>
/// <param name="Checks">What held after each crash.</param>
/// <param name="Rows">Each kind of step, and what happened at it.</param>
internal sealed record CrashRecords(IReadOnlyList<string> Checks, IReadOnlySet<(string Step, string Disaster)> Rows)
{
    private const string Check = "checked";

    /// <summary>Reads a file of lines <c>STEP: DISASTER</c> and <c>checked: WHAT</c>.</summary>
    public static CrashRecords Read(string file)
    {
        var lines = File.ReadAllLines(file).Select(line => line.Split(": ", 2)).ToList();
        return new CrashRecords(
            [.. lines.Where(line => line[0] == Check).Select(line => line[1])],
            lines.Where(line => line[0] != Check).Select(line => (line[0], line[1])).ToHashSet());
    }
}
