using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Reconciler.Embedded.Schemas;

/// <summary>The part of a structural schema (OpenAPI v3 with Kubernetes' extensions) that one value must satisfy.</summary>
internal sealed record SchemaNode
{
    /// <summary>A value of which nothing is known: objects merge by member, lists are replaced whole.</summary>
    public static readonly SchemaNode Any = new() { PreservesUnknownFields = true };

    /// <summary>"object", "array", "string", "integer", "number", "boolean"; null: any.</summary>
    public string? Type { get; init; }

    public IReadOnlyDictionary<string, SchemaNode> Properties { get; init; } = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);

    /// <summary>Of every member that is not in <see cref="Properties"/>.</summary>
    public SchemaNode? AdditionalProperties { get; init; }

    public SchemaNode? Items { get; init; }

    public IReadOnlyList<string> Required { get; init; } = [];

    public JsonArray? Enum { get; init; }

    public Regex? Pattern { get; init; }

    public decimal? Minimum { get; init; }

    public decimal? Maximum { get; init; }

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    public int? MinItems { get; init; }

    public int? MaxItems { get; init; }

    /// <summary>"date-time", "int32", ...</summary>
    public string? Format { get; init; }

    public JsonNode? Default { get; init; }

    public bool Nullable { get; init; }

    public bool PreservesUnknownFields { get; init; }

    public ListType ListType { get; init; }

    /// <summary>The fields that tell the items of a <see cref="ListType.Map"/> apart.</summary>
    public IReadOnlyList<string> ListMapKeys { get; init; } = [];

    /// <summary>True when the object is owned and replaced whole (x-kubernetes-map-type: atomic).</summary>
    public bool IsAtomic { get; init; }

    /// <summary>Set when the value can't change: why, and what to do (the CEL rule "self == oldSelf").</summary>
    public string? ImmutableMessage { get; init; }

    /// <summary>The schema of a member; null when the schema has no place for it.</summary>
    public SchemaNode? Member(string name) =>
        Properties.TryGetValue(name, out var property) ? property : AdditionalProperties ?? (PreservesUnknownFields ? Any : null);
}
