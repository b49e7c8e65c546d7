using System.Text.Json.Nodes;

namespace Reconciler.Manifests.Schema;

/// <summary>The structural schema of one value: what a CRD and the reference are written from.</summary>
internal sealed record SchemaNode
{
    /// <summary>OpenAPI type: string, integer, boolean, object, array.</summary>
    public required string Type { get; init; }

    public string? Format { get; init; }

    public string? Description { get; init; }

    public JsonNode? Default { get; init; }

    /// <summary>The allowed values, with what each means where the type says it.</summary>
    public IReadOnlyList<(string Value, string? Description)> Enum { get; init; } = [];

    public string? Pattern { get; init; }

    public long? Minimum { get; init; }

    public long? Maximum { get; init; }

    /// <summary>Bounds of a string's length or of a list's number of items.</summary>
    public long? MinLength { get; init; }

    public long? MaxLength { get; init; }

    /// <summary>The keys of a list that is a map; null for a list that is one value.</summary>
    public IReadOnlyList<string>? ListMapKeys { get; init; }

    /// <summary>An object that server-side apply takes as one value.</summary>
    public bool IsAtomic { get; init; }

    public SchemaNode? Items { get; init; }

    /// <summary>The values of a map from strings.</summary>
    public SchemaNode? AdditionalProperties { get; init; }

    public IReadOnlyList<SchemaProperty> Properties { get; init; } = [];

    public IReadOnlyList<(string Rule, string Message)> Rules { get; init; } = [];
}
