using System.Text.Json.Serialization.Metadata;

namespace Reconciler.Kubernetes.Model;

/// <summary>Where a type of object lives in the API and how it is decoded.</summary>
/// <typeparam name="T">The object type.</typeparam>
public sealed record ResourceDefinition<T> : ResourceDefinition
    where T : class, IResource<T>
{
    /// <summary>Source-generated JSON metadata of <typeparamref name="T"/>.</summary>
    public required JsonTypeInfo<T> JsonTypeInfo { get; init; }
}
