using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Reconciler.Cli.Manifests;

/// <summary>Whether a manifest has the fields of its kind, by the kind's own types: all that is wrong, where deserialization would end at the first.</summary>
/// <remarks>The rules that the values must fulfil are those of <c>Reconciler.Api.Validation</c>. Null is as if the field were left out, as for an API server.</remarks>
internal sealed class FieldCheck(JsonSerializerOptions options)
{
    private readonly List<(string Pointer, string Message)> _errors = [];

    /// <returns>JSON pointers (RFC 6901) of the fields, and what is wrong with each, with the remedy.</returns>
    public static IReadOnlyList<(string Pointer, string Message)> Find(JsonNode? value, JsonTypeInfo type, string pointer)
    {
        var check = new FieldCheck(type.Options);
        check.Check(value, type, pointer);
        return check._errors;
    }

    private void Check(JsonNode? value, JsonTypeInfo type, string pointer)
    {
        switch (type.Kind, value)
        {
            case (_, null):
                break;
            case (JsonTypeInfoKind.Object, JsonObject map):
                CheckFields(map, type, pointer);
                break;
            case (JsonTypeInfoKind.Enumerable, JsonArray list):
                for (var i = 0; i < list.Count; i++) Check(list[i], options.GetTypeInfo(type.ElementType!), $"{pointer}/{i}");
                break;
            case (JsonTypeInfoKind.Dictionary, JsonObject map):
                foreach (var (name, child) in map) Check(child, options.GetTypeInfo(type.ElementType!), $"{pointer}/{Escape(name)}");
                break;
            case (JsonTypeInfoKind.None, _):
                CheckScalar(value, type, pointer);
                break;
            default:
                _errors.Add((pointer, $"{Show(value)} is not {(type.Kind == JsonTypeInfoKind.Enumerable ? "a list" : "a map")}. Write {(type.Kind == JsonTypeInfoKind.Enumerable ? "items that begin with -" : "fields below it, indented")}."));
                break;
        }
    }

    private void CheckFields(JsonObject map, JsonTypeInfo type, string pointer)
    {
        foreach (var (name, child) in map)
        {
            if (type.Properties.FirstOrDefault(property => property.Name == name) is { } property) Check(child, options.GetTypeInfo(property.PropertyType), $"{pointer}/{Escape(name)}");
            else _errors.Add(($"{pointer}/{Escape(name)}", $"unknown field. Known here: {string.Join(", ", type.Properties.Select(known => known.Name).Order(StringComparer.Ordinal))}."));
        }

        foreach (var property in type.Properties)
            if (property.IsRequired && map[property.Name] is null) _errors.Add(($"{pointer}/{property.Name}", "missing. Give it."));
    }

    private void CheckScalar(JsonNode value, JsonTypeInfo type, string pointer)
    {
        try
        {
            value.Deserialize(type);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            _errors.Add((pointer, $"{Show(value)} is not {Expected(Nullable.GetUnderlyingType(type.Type) ?? type.Type)}"));
        }
    }

    private static string Expected(Type type)
    {
        if (type.IsEnum) return $"known. Use one of {string.Join(", ", Enum.GetNames(type))}.";
        if (type == typeof(string)) return "text. Put it in quotes.";
        if (type == typeof(bool)) return "a truth value. Write true or false.";
        if (type == typeof(int) || type == typeof(long)) return "a whole number. Write one without quotes.";
        return type == typeof(DateTimeOffset) ? "a time. Write one such as 2026-01-02T15:04:05Z." : "what belongs here. See kubectl explain.";
    }

    private static string Show(JsonNode value) => value switch
    {
        JsonObject => "a map",
        JsonArray => "a list",
        _ => value.ToJsonString(),
    };

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
