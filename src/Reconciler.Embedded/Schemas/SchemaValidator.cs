using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reconciler.Embedded.Schemas;

/// <summary>Checks a value against a schema. Stricter than an API server in one thing: a field without a place in the schema is refused, not dropped.</summary>
internal sealed class SchemaValidator
{
    private readonly List<FieldError> _errors = [];

    /// <summary>Everything that is wrong with <paramref name="value"/>; with <paramref name="old"/>, also what must not have changed.</summary>
    public static IReadOnlyList<FieldError> Validate(JsonNode? value, JsonNode? old, SchemaNode schema)
    {
        var validator = new SchemaValidator();
        validator.Check(value, old, schema, "");
        return validator._errors;
    }

    private void Check(JsonNode? value, JsonNode? old, SchemaNode schema, string pointer)
    {
        if (value is null)
        {
            if (!schema.Nullable && schema.Type is not null)
                Add(pointer, "FieldValueTypeInvalid", $"is empty (null); it must be {Article(schema.Type)}, or left out");
            return;
        }

        if (!HasType(value, schema.Type))
        {
            Add(pointer, "FieldValueTypeInvalid", $"{Show(value)} must be {Article(schema.Type!)}");
            return;
        }

        if (schema.Enum is { } allowed && !allowed.Any(item => JsonNode.DeepEquals(item, value)))
            Add(pointer, "FieldValueNotSupported", $"{Show(value)} is not supported; it must be one of {string.Join(", ", allowed.Select(a => a!.ToString()))}");
        if (schema.ImmutableMessage is { } message && old is not null && !JsonNode.DeepEquals(old, value))
            Add(pointer, "FieldValueForbidden", message);

        switch (value)
        {
            case JsonObject map:
                CheckMembers(map, old as JsonObject, schema, pointer);
                break;
            case JsonArray list:
                CheckItems(list, schema, pointer);
                break;
            default:
                CheckScalar(value, schema, pointer);
                break;
        }
    }

    private void CheckMembers(JsonObject map, JsonObject? old, SchemaNode schema, string pointer)
    {
        foreach (var name in schema.Required)
            if (!map.ContainsKey(name)) Add($"{pointer}/{name}", "FieldValueRequired", "is required");
        foreach (var (name, child) in map)
        {
            var path = $"{pointer}/{Escape(name)}";
            if (schema.Member(name) is { } member) Check(child, old?[name], member, path);
            else if (schema.Type == "object")
                Add(path, "FieldValueInvalid", $"unknown field \"{name}\"{NearestName.Suggest(name, schema)}");
        }
    }

    private void CheckItems(JsonArray list, SchemaNode schema, string pointer)
    {
        if (schema.MinItems is { } min && list.Count < min)
            Add(pointer, "FieldValueInvalid", $"has {list.Count} items; it must have at least {min}");
        if (schema.MaxItems is { } max && list.Count > max)
            Add(pointer, "FieldValueTooMany", $"has {list.Count} items; it must have at most {max}");
        if (schema.Items is { } items)
            for (var i = 0; i < list.Count; i++) Check(list[i], old: null, items, $"{pointer}/{i}");
        CheckUnique(list, schema, pointer);
    }

    private void CheckUnique(JsonArray list, SchemaNode schema, string pointer)
    {
        if (schema.ListType == ListType.Atomic) return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++)
            if (ListItem.ElementOf(list[i], schema) is { } element && !seen.Add(element))
                Add($"{pointer}/{i}", "FieldValueDuplicate", $"{element[2..]} comes twice");
    }

    private void CheckScalar(JsonNode value, SchemaNode schema, string pointer)
    {
        if (value.GetValueKind() == JsonValueKind.String)
        {
            var text = value.GetValue<string>();
            if (schema.MinLength is { } min && text.Length < min)
                Add(pointer, "FieldValueInvalid", $"{Show(value)} must have at least {min} characters");
            if (schema.MaxLength is { } max && text.Length > max)
                Add(pointer, "FieldValueTooLong", $"has {text.Length} characters; it must have at most {max}");
            if (schema.Pattern is { } pattern && !pattern.IsMatch(text))
                Add(pointer, "FieldValueInvalid", $"{Show(value)} must match {pattern.ToString().Replace(@"\z", "$", StringComparison.Ordinal)}");
            if (schema.Format == "date-time" && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _))
                Add(pointer, "FieldValueInvalid", $"{Show(value)} must be a time: 2006-01-02T15:04:05Z");
        }
        else if (value.GetValueKind() == JsonValueKind.Number && decimal.TryParse(
            value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            if (schema.Minimum is { } min && number < min) Add(pointer, "FieldValueInvalid", $"{Show(value)} must be at least {min}");
            if (schema.Maximum is { } max && number > max) Add(pointer, "FieldValueInvalid", $"{Show(value)} must be at most {max}");
        }
    }

    private static bool HasType(JsonNode value, string? type) => (type, value.GetValueKind()) switch
    {
        (null, _) => true,
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) or ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var n) && decimal.Truncate(n) == n,
        _ => false,
    };

    private static string Article(string type) => type switch
    {
        "object" => "a map",
        "array" => "a list",
        "integer" => "a whole number",
        "boolean" => "true or false",
        _ => $"a {type}",
    };

    private static string Show(JsonNode value)
    {
        var text = value.ToJsonString(JsonText.Options);
        return text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 77), "...");
    }

    private static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private void Add(string pointer, string reason, string message) => _errors.Add(new FieldError(pointer, reason, message));
}
