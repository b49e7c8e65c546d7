using System.Text.Json.Nodes;
using System.Xml.Linq;
using Reconciler.Testing.Lab;

namespace Reconciler.Chart.Tests.Rendering;

/// <summary>What a user reads (<c>helm show values</c>) and what Helm holds the values to.</summary>
public sealed class ValuesTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Helm.Chart, "values.yaml"));

    private static readonly JsonObject Schema =
        JsonNode.Parse(File.ReadAllText(Path.Combine(Helm.Chart, "values.schema.json")))!.AsObject();

    [Fact]
    public void Every_value_is_documented()
    {
        var lines = Text.Split('\n');
        for (var i = 1; i < lines.Length; i++)
        {
            var line = lines[i].TrimStart();
            var depth = (lines[i].Length - line.Length) / 2;
            // The members of a map that is one value (resources, a node selector) are the user's.
            if (depth > 3 || line.Length == 0 || line[0] is '#' or '-' || !line.Contains(':', StringComparison.Ordinal) || InOneValue(lines, i))
                continue;
            lines[i - 1].TrimStart().ShouldStartWith("# ", customMessage: $"values.yaml, line {i + 1}: {line}");
        }
    }

    [Fact]
    public void The_schema_knows_every_value_and_no_other()
    {
        var values = ChartHelm.Objects(Text).ShouldHaveSingleItem();
        Compare(values, Schema, "");

        static void Compare(JsonObject values, JsonObject schema, string path)
        {
            var properties = schema["properties"]!.AsObject();
            schema["additionalProperties"]!.GetValue<bool>().ShouldBeFalse(path);
            // "global" is every chart's.
            properties.Select(p => p.Key).Where(name => name != "global").Order(StringComparer.Ordinal)
                .ShouldBe(values.Select(v => v.Key).Order(StringComparer.Ordinal), path);
            foreach (var (name, property) in properties)
            {
                if (property is JsonObject map && map.ContainsKey("required") && values[name] is JsonObject inner)
                    Compare(inner, map, $"{path}/{name}");
            }
        }
    }

    [Fact]
    public void The_chart_is_of_the_version_of_the_programs()
    {
        var chart = ChartHelm.Objects(File.ReadAllText(Path.Combine(Helm.Chart, "Chart.yaml"))).ShouldHaveSingleItem();
        var version = XDocument.Load(Path.Combine(RepositoryRoot.Path, "Directory.Build.props")).Descendants("Version").Single().Value;
        chart["appVersion"]!.GetValue<string>().ShouldBe(version);
        chart["version"]!.GetValue<string>().ShouldBe(version);
    }

    private static bool InOneValue(string[] lines, int index)
    {
        var indent = Indent(lines[index]);
        for (var i = index - 1; i >= 0 && indent > 0; i--)
        {
            if (lines[i].Trim().Length == 0 || lines[i].TrimStart()[0] == '#' || Indent(lines[i]) >= indent) continue;
            indent = Indent(lines[i]);
            if (lines[i].Trim() is "resources:" or "nodeSelector:" or "tolerations:" or "bootDirectories:" or "diskDirectories:" or "bridges:") return true;
        }

        return false;
    }

    private static int Indent(string line) => line.Length - line.TrimStart().Length;
}
