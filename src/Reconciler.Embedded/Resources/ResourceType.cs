using Reconciler.Embedded.Schemas;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Embedded.Resources;

/// <summary>A kind that the store serves, as its CustomResourceDefinition says.</summary>
public sealed record ResourceType
{
    /// <summary>"xen.reconciler.dev".</summary>
    public required string Group { get; init; }

    /// <summary>The version that is stored: "v1alpha1".</summary>
    public required string Version { get; init; }

    /// <summary>"Domain".</summary>
    public required string Kind { get; init; }

    /// <summary>"domains".</summary>
    public required string Plural { get; init; }

    /// <summary>"domain".</summary>
    public required string Singular { get; init; }

    /// <summary>"dom".</summary>
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>"xen".</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>False for cluster-scoped kinds.</summary>
    public bool Namespaced { get; init; } = true;

    /// <summary>Columns of <c>get</c>, after the name.</summary>
    public IReadOnlyList<PrinterColumn> Columns { get; init; } = [];

    /// <summary>"xen.reconciler.dev/v1alpha1", or "v1".</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>"domains.xen.reconciler.dev".</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>True when status is written through its own subresource.</summary>
    internal bool HasStatus { get; init; }

    internal SchemaNode Schema { get; init; } = SchemaReader.ReadObject(openApiSchema: null);

    /// <summary>Objects of kinds without a schema live as long as the process: events and leases.</summary>
    internal bool IsPersistent { get; init; }

    /// <summary>A kind of the API server's own: taken as it comes, without a schema.</summary>
    internal static ResourceType WithoutSchema(ResourceDefinition definition) => new()
    {
        Group = definition.Group,
        Version = definition.Version,
        Kind = definition.Kind,
        Plural = definition.Plural,
        Singular = definition.Kind.ToLowerInvariant(),
        Namespaced = definition.Namespaced,
    };

    /// <inheritdoc/>
    public override string ToString() => QualifiedName;
}
