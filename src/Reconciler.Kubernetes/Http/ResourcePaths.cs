using System.Text;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Kubernetes.Http;

/// <summary>Where resources are under the server's address (Kubernetes API concepts: resource URIs).</summary>
internal static class ResourcePaths
{
    /// <summary>The collection: in one namespace, or in all when <paramref name="namespace"/> is null.</summary>
    internal static string Collection(ResourceDefinition definition, string? @namespace)
    {
        if (!definition.Namespaced && @namespace is not null)
            throw new ArgumentException($"{definition.QualifiedName} are cluster-scoped and have no namespace (\"{@namespace}\" given).", nameof(@namespace));

        var root = definition.Group.Length == 0 ? $"api/{definition.Version}" : $"apis/{definition.Group}/{definition.Version}";
        return @namespace is null
            ? $"{root}/{definition.Plural}"
            : $"{root}/namespaces/{Segment(@namespace, nameof(@namespace))}/{definition.Plural}";
    }

    /// <summary>One object, or a subresource of it.</summary>
    internal static string Object(ResourceDefinition definition, string? @namespace, string? name, string? subresource = null)
    {
        CheckNamespaced(definition, @namespace);
        var path = $"{Collection(definition, @namespace)}/{Segment(name, nameof(name))}";
        return subresource is null ? path : $"{path}/{subresource}";
    }

    /// <summary>Objects of a namespaced kind are addressed with their namespace.</summary>
    internal static void CheckNamespaced(ResourceDefinition definition, string? @namespace)
    {
        if (definition.Namespaced && string.IsNullOrEmpty(@namespace))
            throw new ArgumentException($"{definition.QualifiedName} are namespaced: a namespace is needed.", nameof(@namespace));
    }

    /// <summary>"?a=b&amp;c=d" of the parameters that are not null; empty when there are none.</summary>
    internal static string Query(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in parameters)
            if (value is not null) query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return query.ToString();
    }

    // A segment of dots would be folded away by the URI's normalisation, and the call go to another resource.
    private static string Segment(string? text, string what) => text is null or "" or "." or ".."
        ? throw new ArgumentException($"\"{text}\" is no {what.TrimStart('@')} of an object.", what)
        : Uri.EscapeDataString(text);
}
