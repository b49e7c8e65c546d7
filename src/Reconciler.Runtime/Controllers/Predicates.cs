using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;

namespace Reconciler.Runtime.Controllers;

/// <summary>Which changes of an object call for a reconcile. Combine them as functions: <c>c => Predicates.Generation(c) || c...</c>.</summary>
public static class Predicates
{
    /// <summary>The default: everything that somebody asked for (spec, deletion, finalizers, labels), and nothing that a controller reported (status).</summary>
    public static bool Intent<T>(StoreChange<T> change)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(change);
        return Generation(change) || Deletion(change) || FinalizersChanged(change) || Labels(change);
    }

    /// <summary>Every change, status too.</summary>
    public static bool Any<T>(StoreChange<T> change)
        where T : class, IResource<T> => true;

    /// <summary>Added, gone, another object under the same name, or a new generation. Kinds without generations: every change.</summary>
    public static bool Generation<T>(StoreChange<T> change)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(change);
        return change is not { Old: { } old, New: { } now }
            || old.Metadata.Uid != now.Metadata.Uid
            || now.Metadata.Generation is null
            || old.Metadata.Generation != now.Metadata.Generation;
    }

    /// <summary>Deletion was asked for.</summary>
    public static bool Deletion<T>(StoreChange<T> change)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(change);
        return change.Old?.Metadata.DeletionTimestamp is null != change.New?.Metadata.DeletionTimestamp is null;
    }

    /// <summary>The list of finalizers changed.</summary>
    public static bool FinalizersChanged<T>(StoreChange<T> change)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(change);
        return !(change.Old?.Metadata.Finalizers ?? []).SequenceEqual(change.New?.Metadata.Finalizers ?? []);
    }

    /// <summary>A label changed.</summary>
    public static bool Labels<T>(StoreChange<T> change)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(change);
        var old = change.Old?.Metadata.Labels;
        var now = change.New?.Metadata.Labels;
        return (old?.Count ?? 0) != (now?.Count ?? 0)
            || (now is not null && now.Any(label => old!.GetValueOrDefault(label.Key) != label.Value));
    }
}
