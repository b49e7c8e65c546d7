using Reconciler.Kubernetes.Model;

namespace Reconciler.Kubernetes.Http;

/// <summary>One request to the API, with what is needed to send it again and to speak of it.</summary>
internal sealed record ApiCall
{
    internal required HttpMethod Method { get; init; }

    /// <summary>Path and query below the server's address, without a leading slash.</summary>
    internal required string Path { get; init; }

    /// <summary>For messages: <c>get leases.coordination.k8s.io "x" in namespace "y"</c>.</summary>
    internal required string Description { get; init; }

    internal byte[]? Body { get; init; }

    internal string ContentType { get; init; } = "application/json";

    /// <summary>Sending it twice does what sending it once does.</summary>
    internal required bool IsIdempotent { get; init; }

    /// <summary>Its answer may be long: it gets the limit of a list.</summary>
    internal bool IsList { get; init; }

    internal static string Describe(string verb, ResourceDefinition definition, string? @namespace, string? name) =>
        $"{verb} {definition.QualifiedName}{(name is null ? "" : $" \"{name}\"")}{(@namespace is null ? "" : $" in namespace \"{@namespace}\"")}";
}
