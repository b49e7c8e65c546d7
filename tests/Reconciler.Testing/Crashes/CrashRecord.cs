using Reconciler.Testing.Lab;

namespace Reconciler.Testing.Crashes;

/// <summary>
/// What a suite of crashes has shown, kept in a file beside this one: docs/reference/crash-safety.md is generated from it. The file is true as
/// long as the suite passes: it fails when it shows less, more or something else than is there.
/// </summary>
/// <param name="host">The file's name: <c>simulated</c>, <c>xen</c>.</param>
public sealed class CrashRecord(string host)
{
    /// <summary>Set to anything, the file is written instead.</summary>
    public const string WriteVariable = "RECONCILER_WRITE_CRASH_RECORD";

    private readonly SortedSet<string> _lines = new(StringComparer.Ordinal);

    /// <summary>What is said of each row.</summary>
    /// <param name="what">In the words of the page.</param>
    public void Checks(string what) => _lines.Add($"checked: {what}");

    /// <summary>One row: after this it was as it should be.</summary>
    /// <param name="step">The kind of the step.</param>
    /// <param name="disaster">What happened at it, in the words of the page.</param>
    public void Survived(string step, string disaster) => _lines.Add($"{step}: {disaster}");

    /// <summary>Fails when the file says something else.</summary>
    public void ShouldBeTheFile()
    {
        var path = Path.Combine(RepositoryRoot.Path, "tests", "Reconciler.Testing", "Crashes", $"{host}.txt");
        var text = string.Concat(_lines.Select(line => line + "\n"));
        if (Environment.GetEnvironmentVariable(WriteVariable) is { Length: > 0 })
        {
            File.WriteAllText(path, text);
            return;
        }
        if (File.ReadAllText(path) != text)
            throw new InvalidOperationException($"{path} does not say what was shown. Run this test with {WriteVariable}=1, then `make generate`. Shown:\n{text}");
    }
}
