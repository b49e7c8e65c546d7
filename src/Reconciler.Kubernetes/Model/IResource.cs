namespace Reconciler.Kubernetes.Model;

/// <summary>A type of object that the client can read and write: it carries its own definition, so nothing is looked up by reflection.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface IResource<TSelf> : IKubernetesObject
    where TSelf : class, IResource<TSelf>
{
    /// <summary>Group, version, plural and how to decode it.</summary>
    static abstract ResourceDefinition<TSelf> Definition { get; }
}
