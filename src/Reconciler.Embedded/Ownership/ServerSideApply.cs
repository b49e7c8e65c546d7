using System.Text.Json.Nodes;
using Reconciler.Embedded.Schemas;

namespace Reconciler.Embedded.Ownership;

/// <summary>
/// Server-side apply with field ownership, as a pure function: structured-merge-diff's Updater (merge/update.go) over plain JSON.
/// </summary>
internal static class ServerSideApply
{
    /// <summary>
    /// What <paramref name="manager"/> applies, merged into what is there; what it owned and no longer applies goes unless somebody else owns it.
    /// </summary>
    /// <remarks>
    /// <paramref name="applied"/> holds exactly the fields that the manager owns from now on. Without <paramref name="force"/>, a change to what
    /// others own is a conflict.
    /// </remarks>
    public static ApplyOutcome Apply(
        JsonObject live, ManagedFields owners, JsonObject applied, ManagerKey manager, bool force, SchemaNode schema, DateTimeOffset now)
    {
        var owned = ManagedFields.WithoutSystemFields(FieldPaths.Of(applied, schema));
        var others = owners.OwnedByOthers(manager);
        var merged = (JsonObject)FieldMerge.Merge(live, applied, schema)!;
        FieldMerge.Remove(merged, owners[manager].Except(owned).Except(others), owned.Union(others), schema);

        var (changed, removed) = FieldPaths.Compare(live, merged, schema);
        if (!force)
        {
            var conflicts = owners.Managers
                .Where(other => other != manager)
                .Select(other => new ApplyConflict(other.Manager, owners[other].Intersect(changed)))
                .Where(conflict => !conflict.Fields.IsEmpty)
                .ToArray();
            if (conflicts.Length > 0) return new ApplyOutcome(merged, owners, conflicts);
        }

        return new ApplyOutcome(merged, owners.TakeFromOthers(manager, changed.Union(removed), now).With(manager, owned, now), []);
    }

    /// <summary>The owners after a change by other means than apply: who changes a field owns it, and nobody owns what is gone.</summary>
    public static ManagedFields Update(
        JsonObject before, JsonObject after, ManagedFields owners, ManagerKey manager, SchemaNode schema, DateTimeOffset now)
    {
        var (changed, removed) = FieldPaths.Compare(before, after, schema);
        (changed, removed) = (ManagedFields.WithoutSystemFields(changed), ManagedFields.WithoutSystemFields(removed));
        return owners
            .TakeFromOthers(manager, changed.Union(removed), now)
            .With(manager, owners[manager].Except(removed).Union(changed), now);
    }
}
