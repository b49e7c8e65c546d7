using System.Reflection;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Schema;
using Reconciler.Manifests.Docs;
using Reconciler.Manifests.Schema;

namespace Reconciler.Manifests;

/// <summary>One kind of custom resource, as its type and attributes declare it.</summary>
internal sealed record ResourceKind
{
    /// <summary>Every kind of this project, by name.</summary>
    public static IReadOnlyList<ResourceKind> All { get; } =
    [
        Of<Domain, DomainSpec, DomainStatus>(),
        Of<Vbd, VbdSpec, VbdStatus>(),
        Of<Vif, VifSpec, VifStatus>(),
        Of<XenHost, XenHostSpec, XenHostStatus>(),
        Of<XenNetwork, XenNetworkSpec, XenNetworkStatus>(),
        Of<XenStoragePool, XenStoragePoolSpec, XenStoragePoolStatus>(),
    ];

    public required Type Type { get; init; }

    public required ResourceDefinition Definition { get; init; }

    /// <summary>The whole object: apiVersion, kind, metadata, spec, status.</summary>
    public required SchemaNode Schema { get; init; }

    public required IReadOnlyList<string> ShortNames { get; init; }

    public required IReadOnlyList<string> Categories { get; init; }

    public required IReadOnlyList<PrinterColumnAttribute> Columns { get; init; }

    /// <summary>The definition that a type of object carries.</summary>
    public static ResourceDefinition DefinitionOf(Type entity) =>
        (ResourceDefinition)entity.GetProperty("Definition", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    private static ResourceKind Of<T, TSpec, TStatus>()
        where T : CustomKubernetesEntity<TSpec, TStatus>, IResource<T>
        where TSpec : class
        where TStatus : class
    {
        var spec = SchemaReader.ReadObject(typeof(TSpec));
        return new ResourceKind
        {
            Type = typeof(T),
            Definition = Kind<T>.Definition,
            Schema = new SchemaNode
            {
                Type = "object",
                Description = XmlDocumentation.Of(typeof(T)),
                Properties =
                [
                    new("apiVersion", Required: false, new SchemaNode { Type = "string", Description = $"Always {Kind<T>.Definition.ApiVersion}." }),
                    new("kind", Required: false, new SchemaNode { Type = "string", Description = $"Always {Kind<T>.Definition.Kind}." }),
                    new("metadata", Required: false, new SchemaNode { Type = "object" }),
                    // A spec that must hold something must be there, or neither its required fields nor its rules would ever be asked for.
                    new("spec", Required: spec.Properties.Any(property => property.Required) || spec.Rules.Count > 0, spec),
                    new("status", Required: false, SchemaReader.ReadObject(typeof(TStatus))),
                ],
                Rules = SchemaReader.Rules(typeof(T)),
            },
            ShortNames = typeof(T).GetCustomAttribute<ShortNamesAttribute>()?.Names ?? [],
            Categories = typeof(T).GetCustomAttribute<CategoriesAttribute>()?.Categories ?? [],
            Columns = [.. typeof(T).GetCustomAttributes<PrinterColumnAttribute>()],
        };
    }
}
