using System.Globalization;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;

namespace Reconciler.Runtime.Tests.Faults;

/// <summary>What must hold when everything has come to rest.</summary>
internal static class Convergence
{
    /// <summary>What of an object calls for a reconcile when it changes (<see cref="Controllers.Predicates.Intent{T}"/>).</summary>
    public static string Intent(IKubernetesObject? entity) => entity?.Metadata is { } m
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{m.Uid} generation {m.Generation}, labels [{string.Join(' ', (m.Labels ?? new Dictionary<string, string>()).Select(l => $"{l.Key}={l.Value}"))}], finalizers [{string.Join(' ', m.Finalizers ?? [])}]{(m.DeletionTimestamp is null ? "" : ", terminating")}")
        : "nothing";

    /// <summary>Where the store is not the truth, and which keys were not reconciled after their last change.</summary>
    /// <param name="truth">What the server shows through the selector, and whether this build can read it.</param>
    /// <param name="snapshot">What the store shows.</param>
    /// <param name="last">The last reconciles.</param>
    public static List<string> Problems<T>(
        IReadOnlyDictionary<ObjectKey, (IKubernetesObject Object, bool IsReadable)> truth, StoreSnapshot<T> snapshot, IReadOnlyDictionary<ObjectKey, ReconcileEntry> last)
        where T : class, IResource<T>
    {
        var problems = new List<string>();
        foreach (var key in truth.Keys.Union(snapshot.Objects.Keys).Union(snapshot.Undecodable.Keys).Union(last.Keys).Order())
        {
            var exists = truth.TryGetValue(key, out var real);
            var (isUnreadable, stored, entry) = (exists && !real.IsReadable, snapshot.Get(key), last.GetValueOrDefault(key));
            if (isUnreadable != snapshot.Undecodable.ContainsKey(key))
            {
                problems.Add($"{key}: undecodable is {isUnreadable}, the store says {!isUnreadable}");
            }
            else if (exists && !isUnreadable && stored?.Metadata.ResourceVersion != real.Object.Metadata.ResourceVersion)
            {
                problems.Add($"{key}: version {real.Object.Metadata.ResourceVersion}, in the store {stored?.Metadata.ResourceVersion ?? "none"}");
            }
            else if (!exists && stored is not null)
            {
                problems.Add($"{key}: is gone, and still in the store");
            }

            // An object that can't be read waits, with whatever was reconciled before.
            if (isUnreadable || (!exists && entry is null))
            {
                continue;
            }

            if (entry?.Intent != Intent(real.Object) || !entry.IsSettled)
            {
                problems.Add($"{key}: is {Intent(real.Object)}; last reconciled ({(entry?.IsSettled == true ? "settled" : "not settled")}) with {entry?.Intent}");
            }
        }

        return problems;
    }
}
