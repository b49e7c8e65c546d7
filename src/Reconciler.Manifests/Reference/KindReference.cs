using System.Globalization;
using System.Text;
using Reconciler.Manifests.Schema;

namespace Reconciler.Manifests.Reference;

/// <summary>Writes the reference page of a kind: every field with type, limits, default and meaning; every condition with its reasons.</summary>
internal static class KindReference
{
    public static string PathOf(ResourceKind kind) => $"docs/reference/{kind.Definition.Kind.ToLowerInvariant()}.md";

    public static GeneratedFile Write(ResourceKind kind)
    {
        var page = new StringBuilder(GeneratedFile.MarkdownHeader);
        page.Append(CultureInfo.InvariantCulture, $"# {kind.Definition.Kind}\n\n{kind.Schema.Description}\n\n");
        page.Append("| | |\n|---|---|\n");
        page.Append(CultureInfo.InvariantCulture, $"| apiVersion | `{kind.Definition.ApiVersion}` |\n");
        page.Append(CultureInfo.InvariantCulture, $"| scope | {(kind.Definition.Namespaced ? "namespaced" : "cluster")} |\n");
        page.Append(CultureInfo.InvariantCulture, $"| short names | {Codes(kind.ShortNames)} |\n");
        page.Append(CultureInfo.InvariantCulture, $"| categories | {Codes(kind.Categories)} |\n");
        foreach (var rule in kind.Schema.Rules) page.Append(CultureInfo.InvariantCulture, $"| rule | {Cell(rule.Message)} |\n");

        foreach (var part in kind.Schema.Properties.Where(property => property.Name is "spec" or "status"))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {part.Name}\n\n{part.Schema.Description}\n");
            foreach (var rule in part.Schema.Rules) page.Append(CultureInfo.InvariantCulture, $"\nRule: {rule.Message}.\n");
            page.Append("\n| field | type | default | |\n|---|---|---|---|\n");
            foreach (var property in part.Schema.Properties) AppendField(page, "", property);
        }

        page.Append("\n## Conditions\n");
        foreach (var condition in ConditionReference.Of(kind.Type))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n### {condition.Type}\n\n{condition.Description}\n\n| reason | |\n|---|---|\n");
            foreach (var (reason, description) in condition.Reasons) page.Append(CultureInfo.InvariantCulture, $"| `{reason}` | {Cell(description)} |\n");
        }

        return new GeneratedFile(PathOf(kind), page.ToString());
    }

    private static void AppendField(StringBuilder page, string parent, SchemaProperty property)
    {
        var path = parent + property.Name;
        var schema = property.Schema;
        page.Append(CultureInfo.InvariantCulture,
            $"| `{path}` | {TypeOf(schema)}{(property.Required ? ", required" : "")} | {DefaultOf(schema)} | {Cell(Meaning(schema))} |\n");
        foreach (var child in schema.Properties) AppendField(page, path + ".", child);
        foreach (var child in schema.Items?.Properties ?? []) AppendField(page, path + "[].", child);
    }

    private static string TypeOf(SchemaNode schema) => schema switch
    {
        { Enum.Count: > 0 } => string.Join(" \\| ", schema.Enum.Select(value => $"`{value.Value}`")),
        { Format: "date-time" } => "time",
        { Type: "integer", Minimum: { } minimum, Maximum: { } maximum } => string.Create(CultureInfo.InvariantCulture, $"integer, {minimum} to {maximum}"),
        { Items: { } items } => $"list of {TypeOf(items)}{(schema.ListMapKeys is { } keys ? $", by {string.Join(", ", keys)}" : "")}",
        { AdditionalProperties: { } values } => $"map to {TypeOf(values)}",
        { Type: "string", MaxLength: { } length } => string.Create(CultureInfo.InvariantCulture, $"string, up to {length} characters"),
        _ => schema.Type,
    };

    /// <summary>The default of an object is made of the defaults of its fields, which have their own lines.</summary>
    private static string DefaultOf(SchemaNode schema) =>
        schema.Default is null || schema.Type == "object" ? "" : $"`{schema.Default.ToJsonString().Trim('"')}`";

    private static string Meaning(SchemaNode schema)
    {
        var values = schema.Enum.Where(value => value.Description is not null).Select(value => $"`{value.Value}`: {value.Description}");
        var rules = schema.Type == "object" ? [] : schema.Rules.Select(rule => $"Rule: {rule.Message}.");
        return string.Join("\n\n", [schema.Description, .. values, .. rules]);
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("\n\n", "<br>", StringComparison.Ordinal);

    private static string Codes(IEnumerable<string> values) => string.Join(", ", values.Select(value => $"`{value}`"));
}
