using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Reconciler.Embedded.Ownership;

/// <summary>Who owns which fields of an object: metadata.managedFields.</summary>
internal sealed class ManagedFields
{
    private static readonly ImmutableDictionary<ManagerKey, Entry> NoEntries = ImmutableDictionary<ManagerKey, Entry>.Empty;

    public static readonly ManagedFields None = new(NoEntries);

    // Fields of the system, owned by nobody (the API server's stripset.go).
    private static readonly string[] SystemMetadata =
    [
        "name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields", "resourceVersion", "deletionTimestamp",
        "deletionGracePeriodSeconds",
    ];

    private readonly ImmutableDictionary<ManagerKey, Entry> _entries;

    private ManagedFields(ImmutableDictionary<ManagerKey, Entry> entries) => _entries = entries;

    public IEnumerable<ManagerKey> Managers => _entries.Keys;

    public FieldSet this[ManagerKey manager] => _entries.TryGetValue(manager, out var entry) ? entry.Fields : FieldSet.Empty;

    /// <summary>What all the others own.</summary>
    public FieldSet OwnedByOthers(ManagerKey manager) =>
        _entries.Where(e => e.Key != manager).Aggregate(FieldSet.Empty, (all, e) => all.Union(e.Value.Fields));

    public ManagedFields With(ManagerKey manager, FieldSet fields, DateTimeOffset now)
    {
        if (fields.IsEmpty) return new(_entries.Remove(manager));
        return this[manager].SetEquals(fields) ? this : new(_entries.SetItem(manager, new Entry(fields, now)));
    }

    /// <summary>Takes fields away from everybody but <paramref name="manager"/>.</summary>
    public ManagedFields TakeFromOthers(ManagerKey manager, FieldSet fields, DateTimeOffset now) =>
        _entries.Keys.Where(key => key != manager).Aggregate(this, (all, key) => all.With(key, all[key].Except(fields), now));

    /// <summary>Without the fields that the system owns.</summary>
    public static FieldSet WithoutSystemFields(FieldSet fields)
    {
        var metadata = SystemMetadata.Aggregate(
            fields.Child("f:metadata").WithMember(isMember: false), (set, name) => set.WithChild($"f:{name}", FieldSet.Empty));
        return fields.WithMember(isMember: false)
            .WithChild("f:apiVersion", FieldSet.Empty)
            .WithChild("f:kind", FieldSet.Empty)
            .WithChild("f:metadata", metadata);
    }

    public static ManagedFields Read(JsonObject entity)
    {
        if (entity["metadata"]?["managedFields"] is not JsonArray list) return None;
        var entries = NoEntries;
        foreach (var item in list.OfType<JsonObject>())
        {
            var key = new ManagerKey(
                item["manager"]?.GetValue<string>() ?? "",
                item["operation"]?.GetValue<string>() ?? ManagerKey.Update,
                item["subresource"]?.GetValue<string>() ?? "");
            var fields = FieldSet.FromFieldsV1(item["fieldsV1"] as JsonObject ?? []);
            var time = item["time"]?.GetValue<string>() is { } text ? Timestamps.Parse(text) : DateTimeOffset.UnixEpoch;
            entries = entries.SetItem(key, new Entry(fields, time));
        }

        return new(entries);
    }

    public void Write(JsonObject entity, string apiVersion)
    {
        var list = new JsonArray();
        foreach (var (key, entry) in _entries.OrderBy(e => $"{e.Key.Manager} {e.Key.Operation} {e.Key.Subresource}", StringComparer.Ordinal))
        {
            var item = new JsonObject
            {
                ["manager"] = key.Manager,
                ["operation"] = key.Operation,
                ["apiVersion"] = apiVersion,
                ["time"] = Timestamps.Format(entry.Time),
                ["fieldsType"] = "FieldsV1",
                ["fieldsV1"] = entry.Fields.ToFieldsV1(),
            };
            if (key.Subresource.Length > 0) item["subresource"] = key.Subresource;
            list.Add((JsonNode)item);
        }

        var metadata = (JsonObject)entity["metadata"]!;
        if (list.Count == 0) metadata.Remove("managedFields");
        else metadata["managedFields"] = list;
    }

    private sealed record Entry(FieldSet Fields, DateTimeOffset Time);
}
