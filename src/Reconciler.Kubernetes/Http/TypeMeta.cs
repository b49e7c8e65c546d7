using System.Text.Json;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Kubernetes.Http;

/// <summary>apiVersion and kind of a resource, for objects that come or go without them.</summary>
internal static class TypeMeta
{
    /// <summary>The beginning of an object: <c>{"apiVersion":"v1","kind":"Lease"</c>, open for more members.</summary>
    internal static byte[] Prefix(ResourceDefinition definition)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("apiVersion", definition.ApiVersion);
            writer.WriteString("kind", definition.Kind);
            writer.WriteEndObject();
        }

        return buffer.ToArray()[..^1];
    }

    /// <summary>The object as JSON, with apiVersion and kind.</summary>
    internal static byte[] Serialize<T>(T entity)
        where T : class, IResource<T>
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(entity, Kind<T>.Definition.JsonTypeInfo);
        if (entity.ApiVersion is not null && entity.Kind is not null) return json;

        // What the object says for itself comes later in the text and wins.
        return [.. Prefix(Kind<T>.Definition), .. json.Length > 2 ? ","u8 : [], .. json.AsSpan(1)];
    }
}
