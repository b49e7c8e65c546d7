using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Reconciler.Embedded.Resources;
using Reconciler.Embedded.Schemas;

namespace Reconciler.Embedded.Writing;

/// <summary>What the API server asks of metadata beyond its schema.</summary>
internal static partial class MetadataRules
{
    private const int MaxNameLength = 253;
    private const int MaxLabelLength = 63;

    public static IEnumerable<FieldError> Check(JsonObject metadata, JsonObject? before, ResourceType type)
    {
        var name = Text(metadata["name"]) ?? "";
        if (name.Length == 0) yield return new FieldError("/metadata/name", "FieldValueRequired", "is required");
        else if (name.Length > MaxNameLength || !Subdomain().IsMatch(name))
            yield return Invalid(
                "/metadata/name", name,
                "must be lower-case letters, digits, '-' and '.', beginning and ending with a letter or digit (RFC 1123), at most 253 characters");

        var space = Text(metadata["namespace"]);
        if (type.Namespaced && string.IsNullOrEmpty(space))
            yield return new FieldError("/metadata/namespace", "FieldValueRequired", "is required");
        if (!type.Namespaced && !string.IsNullOrEmpty(space))
            yield return new FieldError("/metadata/namespace", "FieldValueForbidden", $"not allowed: {type.Kind} has no namespace");
        if (type.Namespaced && space is { Length: > 0 } && (space.Length > MaxLabelLength || !Label().IsMatch(space)))
            yield return Invalid(
                "/metadata/namespace", space, "must be lower-case letters, digits and '-' (RFC 1123 label), at most 63 characters");

        foreach (var (key, value) in metadata["labels"] as JsonObject ?? [])
        {
            if (!IsQualifiedName(key)) yield return Invalid("/metadata/labels", key, "is no label key: name, or prefix/name");
            if (Text(value) is { } text && (text.Length > MaxLabelLength || !LabelValue().IsMatch(text)))
                yield return Invalid("/metadata/labels", text, "must be letters, digits, '-', '_' and '.', at most 63 characters");
        }

        foreach (var key in (metadata["annotations"] as JsonObject ?? []).Select(a => a.Key).Where(k => !IsQualifiedName(k)))
            yield return Invalid("/metadata/annotations", key, "is no annotation key: name, or prefix/name");
        foreach (var finalizer in Finalizers(metadata).Where(f => !IsQualifiedName(f)))
            yield return Invalid("/metadata/finalizers", finalizer, "must be prefix/name");
        if (before is not null && IsDeleting(before) && Finalizers(metadata).Except(Finalizers(before), StringComparer.Ordinal).FirstOrDefault() is { } added)
            yield return new FieldError(
                "/metadata/finalizers", "FieldValueForbidden",
                $"no new finalizers can be added if the object is being deleted, found new finalizer \"{added}\"");
    }

    public static bool IsDeleting(JsonObject metadata) => metadata["deletionTimestamp"] is not null;

    public static IEnumerable<string> Finalizers(JsonObject metadata) =>
        metadata["finalizers"] is JsonArray list ? list.Select(Text).OfType<string>() : [];

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static bool IsQualifiedName(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var (prefix, name) = slash < 0 ? (null, key) : (key[..slash], key[(slash + 1)..]);
        return name.Length is > 0 and <= MaxLabelLength && LabelValue().IsMatch(name)
            && (prefix is null || (prefix.Length is > 0 and <= MaxNameLength && Subdomain().IsMatch(prefix)));
    }

    private static FieldError Invalid(string pointer, string value, string rule) =>
        new(pointer, "FieldValueInvalid", $"\"{value}\" {rule}");

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Label();

    [GeneratedRegex(@"\A([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LabelValue();
}
