namespace Reconciler.Testing.Runner;

/// <summary>What has failed in a run, to be said once more at its end: of a long log the end is what is read, and often all that is kept.</summary>
internal sealed class Failures
{
    private const int Most = 10;
    private const int Lines = 8;

    private readonly List<(string Name, IReadOnlyList<string> Why)> _all = [];

    /// <summary>A test that failed: its message begins with what counts, whatever follows.</summary>
    public void OfTest(string name, string? message) => Add(name, [.. LinesOf(message).Take(Lines)]);

    /// <summary>A program that failed: what it said last is what it failed of.</summary>
    public void OfProgram(string name, string why, IEnumerable<string> log) => Add($"{name}: {why}", [.. log.Where(l => l.Trim().Length > 0).TakeLast(Lines)]);

    public void Print(TextWriter output)
    {
        lock (_all)
        {
            foreach (var (name, why) in _all.Take(Most))
            {
                output.WriteLine($"FAILED {name}");
                foreach (var line in why)
                    output.WriteLine($"    {LogExcerpt.Cut(line.TrimEnd())}");
            }

            if (_all.Count > Most)
                output.WriteLine($"FAILED {_all.Count - Most} more");
        }
    }

    private static string[] LinesOf(string? text) => (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private void Add(string name, IReadOnlyList<string> why)
    {
        lock (_all)
            _all.Add((name, why));
    }
}
