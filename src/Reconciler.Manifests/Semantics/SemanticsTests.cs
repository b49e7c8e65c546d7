using System.Globalization;
using System.Text.RegularExpressions;

namespace Reconciler.Manifests.Semantics;

/// <summary>Finds the tests that show points by their names, <c>Semantics_02_03_What_was_deleted_...</c>, in the sources of the tests.</summary>
public static partial class SemanticsTests
{
    // The contract of the client runs against the embedded store and against a real API server; the scenarios have their trait from their base.
    private static readonly string[] RealFolders = ["tests/Reconciler.Testing/Contract/", "tests/Reconciler.EndToEnd.Tests/"];

    // A lab for the sake of a download: no server takes part.
    private const string CelFolder = "tests/Reconciler.Operator.Tests/Cel/";

    /// <summary>All of them, by file and name.</summary>
    /// <param name="root">The root of the repository.</param>
    public static IReadOnlyList<SemanticsTest> Find(string root) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .SelectMany(path => In(path, File.ReadAllText(Path.Combine(root, path)))),
    ];

    private static IEnumerable<SemanticsTest> In(string path, string text)
    {
        foreach (Match test in Declaration().Matches(text))
        {
            var end = NextTest().Match(text, test.Index + test.Length) is { Success: true } next ? next.Index : text.Length;
            var points = test.Groups["point"].Captures.Select(c => int.Parse(c.Value, CultureInfo.InvariantCulture));
            yield return new SemanticsTest([.. points], Sentence(test.Groups["words"].Value), path, [.. EvidenceOf(path, text, text[test.Index..end])]);
        }
    }

    private static string Sentence(string words)
    {
        var sentence = words.Replace('_', ' ');
        return char.ToUpperInvariant(sentence[0]) + sentence[1..];
    }

    private static IEnumerable<Evidence> EvidenceOf(string path, string file, string test)
    {
        var isReal = !path.StartsWith(CelFolder, StringComparison.Ordinal)
            && (file.Contains("[Trait(\"Category\", \"Lab\")]", StringComparison.Ordinal) || RealFolders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)));
        if (isReal) yield return Evidence.RealServer;
        if (Scripted().IsMatch(isReal ? test : file)) yield return Evidence.ScriptedServer;
        else if (isReal) yield break;
        else yield return Virtual().IsMatch(file) ? Evidence.VirtualTime : Evidence.Unit;
    }

    [GeneratedRegex(@"^    public (async )?(Task|void) Semantics_((?<point>\d\d)_)+(?<words>\w+)\(", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^    \[(Fact|Theory)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex NextTest();

    [GeneratedRegex("ScriptedHttpServer|FaultProxy", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Scripted();

    [GeneratedRegex("VirtualLoop|VirtualTime", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Virtual();
}
