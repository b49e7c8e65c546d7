using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Caching;

/// <summary>One output of a reflector.</summary>
public readonly record struct ReflectorEvent<T>
    where T : class, IResource<T>
{
    private ReflectorEvent(ReflectorEventType type, ObjectKey? key, T? entity, string? error)
    {
        Type = type;
        Key = key;
        Object = entity;
        Error = error;
    }

    /// <summary>Which of the five words.</summary>
    public ReflectorEventType Type { get; }

    /// <summary>Whom it is about. Null for Init and InitDone, and for an undecodable object whose name could not be told.</summary>
    public ObjectKey? Key { get; }

    /// <summary>The object; null for Init and InitDone, and when it could not be decoded.</summary>
    public T? Object { get; }

    /// <summary>Why the object could not be decoded.</summary>
    public string? Error { get; }

    internal static ReflectorEvent<T> Init { get; } = new(ReflectorEventType.Init, null, null, null);

    internal static ReflectorEvent<T> InitDone { get; } = new(ReflectorEventType.InitDone, null, null, null);

    internal static ReflectorEvent<T> Of(ReflectorEventType type, T entity) => new(type, ObjectKey.Of(entity), entity, null);

    internal static ReflectorEvent<T> Of(ReflectorEventType type, UndecodableObject undecodable) =>
        new(type, undecodable.Name is { Length: > 0 } name ? new ObjectKey(undecodable.Namespace, name) : null, null, undecodable.Error);
}
