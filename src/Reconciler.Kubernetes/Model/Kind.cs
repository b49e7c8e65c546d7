namespace Reconciler.Kubernetes.Model;

/// <summary>
/// The definition of a kind, for code that is generic over kinds. It is <c>T.Definition</c>, asked for once: what calls a static member of a type parameter
/// can't be compiled ahead of time (docs/decisions/0013-startup-profile.md).
/// </summary>
/// <typeparam name="T">The object type.</typeparam>
public static class Kind<T>
    where T : class, IResource<T>
{
    /// <summary>Group, version, plural and how to decode it.</summary>
    public static ResourceDefinition<T> Definition { get; } = T.Definition;
}
