using System.Globalization;
using System.Text;

namespace Reconciler.Manifests.Semantics;

/// <summary>Writes which tests show which point of the operator runtime, and by what.</summary>
internal static class RuntimeSemanticsPage
{
    internal const string FileName = "runtime-semantics.md";

    private static readonly (Evidence Evidence, string Name)[] Kinds =
    [
        (Evidence.RealServer, "real API server"),
        (Evidence.ScriptedServer, "scripted server or fault proxy"),
        (Evidence.VirtualTime, "virtual time"),
        (Evidence.Unit, "unit"),
    ];

    public static GeneratedFile Write(string root)
    {
        var points = RuntimePoints.Read(root);
        var tests = SemanticsTests.Find(root);
        var page = new StringBuilder("<!-- Generated from docs/runtime-semantics.md and the names of the tests by `make generate`; change them, not this file. -->\n");
        page.Append("# Runtime semantics: what shows each point\n\n");
        page.Append("The points are told in [runtime-semantics.md](../runtime-semantics.md). The columns count the tests that show a point, by what they show it: a real API\n");
        page.Append("server (in the end-to-end tests with a real Xen host); a server whose answers the test writes, or a proxy that spoils a real one's; the code on a virtual\n");
        page.Append("clock; the code alone. A test may count in two of them.\n");
        foreach (var section in points.GroupBy(point => point.Section))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {section.Key}\n\n| | point | in | {string.Join(" | ", Kinds.Select(kind => kind.Name))} |\n|---|---|---|---|---|---|---|\n");
            foreach (var point in section)
            {
                var shown = tests.Where(test => test.Points.Contains(point.Number)).ToList();
                var counts = Kinds.Select(kind => shown.Count(test => test.Evidence.Contains(kind.Evidence)) is var count and > 0 ? count.ToString(CultureInfo.InvariantCulture) : "");
                page.Append(CultureInfo.InvariantCulture, $"| {point.Number} | [{point.Name}](#point-{point.Number}) | {string.Join(", ", point.Files.Select(Link))} | {string.Join(" | ", counts)} |\n");
            }
        }

        page.Append("\n## The tests\n");
        foreach (var point in points)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n### Point {point.Number}\n\n{point.Name}.\n\n");
            foreach (var test in tests.Where(test => test.Points.Contains(point.Number)).OrderBy(test => test.Evidence[0]))
            {
                var by = string.Join(", ", test.Evidence.Select(evidence => Kinds.Single(kind => kind.Evidence == evidence).Name));
                page.Append(CultureInfo.InvariantCulture, $"- [{test.Sentence}](../../{test.File}) ({by})\n");
            }
        }

        return new GeneratedFile($"docs/reference/{FileName}", page.ToString());
    }

    private static string Link(string file) => $"[{Path.GetFileNameWithoutExtension(file)}](../../{file})";
}
