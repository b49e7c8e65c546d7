using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Yaml;

namespace Reconciler.Operator.Tests.Cel;

/// <summary>A value that a rule judges, in YAML.</summary>
/// <param name="Self">The value.</param>
/// <param name="Old">What it was before, for a rule that compares.</param>
internal sealed record RuleExample(string Self, string? Old = null)
{
    public static implicit operator RuleExample(string self) => new(self);

    public static JsonNode Parse(string yaml) => YamlToJson.ParseSingle($"value: {yaml}")!.Root!["value"]!;

    public override string ToString() => Old is null ? Self : $"{Old} -> {Self}";
}
