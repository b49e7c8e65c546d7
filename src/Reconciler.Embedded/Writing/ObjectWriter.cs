using System.Globalization;
using System.Text.Json.Nodes;
using Reconciler.Embedded.Ownership;
using Reconciler.Embedded.Patching;
using Reconciler.Embedded.Resources;
using Reconciler.Embedded.Schemas;
using Reconciler.Embedded.Storage;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Embedded.Writing;

/// <summary>The API server's write path on plain JSON: create, apply, patch, delete. Each call is one step, judged and stored under one lock.</summary>
internal sealed class ObjectWriter(ObjectTable table, DamagedObjects damaged, EmbeddedStoreOptions options)
{
    private const string StatusSubresource = "status";

    // What a writer may say of metadata; the rest is the system's.
    private static readonly string[] SystemMetadata =
    [
        "name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
        "deletionGracePeriodSeconds", "selfLink", "managedFields",
    ];

    /// <summary>Uids for objects that are not there yet. Each is given out once: an object that is made after that is another one.</summary>
    public Dictionary<ObjectKey, string> ReservedUids { get; } = [];

    private DateTimeOffset Now => options.TimeProvider.GetUtcNow();

    public StoredObject Create(ResourceType type, JsonObject entity)
    {
        entity = Normalize(type, entity);
        var metadata = Metadata(entity);
        if (metadata["resourceVersion"] is not null)
            throw ApiErrors.BadRequest("resourceVersion should not be set on objects to be created");
        if (metadata["name"] is null && metadata["generateName"] is JsonValue prefix)
            metadata["name"] = NameSuffix.Append(prefix.GetValue<string>(), options.Random);
        lock (table.Gate)
        {
            var key = KeyOf(type, metadata);
            if (table.Find(key) is not null) throw ApiErrors.AlreadyExists(type, key.Name);
            if (type.HasStatus) entity.Remove("status");
            var manager = new ManagerKey(options.FieldManager, ManagerKey.Update, "");
            var owners = ServerSideApply.Update([], entity, ManagedFields.None, manager, type.Schema, Now);
            return Store(type, key, old: null, before: null, entity, owners);
        }
    }

    public StoredObject Apply(ResourceType type, JsonObject applied, ApplyOptions apply)
    {
        applied = Normalize(type, applied);
        if (type.HasStatus) applied.Remove("status");
        var manager = new ManagerKey(apply.FieldManager, ManagerKey.Apply, "");
        lock (table.Gate)
        {
            var key = KeyOf(type, Metadata(applied));
            var old = table.Find(key);
            CheckPreconditions(type, key, old, Metadata(applied));
            var before = old?.ToNode();
            var live = before ?? WithType(type, SystemPart(Metadata(applied)));
            StripSystemMetadata(applied);
            var outcome = ServerSideApply.Apply(
                live, before is null ? ManagedFields.None : ManagedFields.Read(before), applied, manager, apply.Force, type.Schema, Now);
            if (outcome.Conflicts.Count > 0) throw ApiErrors.ApplyConflict(type, key.Name, outcome.Conflicts);
            return Store(type, key, old, before, outcome.Object, outcome.Owners);
        }
    }

    public StoredObject ApplyStatus(ResourceType type, JsonObject applied, ApplyOptions apply)
    {
        applied = Normalize(type, applied);
        var manager = new ManagerKey(apply.FieldManager, ManagerKey.Apply, StatusSubresource);
        lock (table.Gate)
        {
            var key = KeyOf(type, Metadata(applied));
            damaged.ThrowIfDamaged(key);
            var old = table.Find(key) ?? throw ApiErrors.NotFound(type, key.Name);
            CheckPreconditions(type, key, old, Metadata(applied));
            var before = old.ToNode();
            var status = applied["status"] is { } value ? new JsonObject { ["status"] = value.DeepClone() } : [];
            var outcome = ServerSideApply.Apply(before, ManagedFields.Read(before), status, manager, apply.Force, type.Schema, Now);
            if (outcome.Conflicts.Count > 0) throw ApiErrors.ApplyConflict(type, key.Name, outcome.Conflicts);
            return Store(type, key, old, before, outcome.Object, outcome.Owners);
        }
    }

    public StoredObject Patch(ResourceType type, string? @namespace, string name, JsonPatch patch)
    {
        lock (table.Gate)
        {
            var key = new ObjectKey(type.QualifiedName, type.Namespaced ? @namespace : null, name);
            damaged.ThrowIfDamaged(key);
            var old = table.Find(key) ?? throw ApiErrors.NotFound(type, name);
            var before = old.ToNode();
            var after = Patched(type, name, before, patch);
            CheckPreconditions(type, key, old, Metadata(after));
            if (KeyOf(type, Metadata(after)) != key)
                throw ApiErrors.BadRequest($"the name of the object ({name}) can't be changed by a patch");
            if (type.HasStatus) Restore(after, before, "status");
            foreach (var field in SystemMetadata) Restore(Metadata(after), Metadata(before), field);
            var owners = ServerSideApply.Update(
                before, after, ManagedFields.Read(before), new ManagerKey(options.FieldManager, ManagerKey.Update, ""), type.Schema, Now);
            return Store(type, key, old, before, after, owners);
        }
    }

    public void Delete(ResourceType type, string? @namespace, string name, DeleteOptions delete)
    {
        lock (table.Gate)
        {
            var key = new ObjectKey(type.QualifiedName, type.Namespaced ? @namespace : null, name);
            damaged.ThrowIfDamaged(key);
            if (table.Find(key) is not { } old) return;
            CheckPrecondition(type, name, "UID", delete.Uid, old.Uid);
            CheckPrecondition(type, name, "ResourceVersion", delete.ResourceVersion, Format(old.ResourceVersion));

            var entity = old.ToNode();
            var metadata = Metadata(entity);
            if (!MetadataRules.Finalizers(metadata).Any())
            {
                Persist(() => table.Remove(old));
            }
            else if (!MetadataRules.IsDeleting(metadata))
            {
                metadata["deletionTimestamp"] = Timestamps.Format(Now);
                metadata["deletionGracePeriodSeconds"] = 0;
                metadata["generation"] = Generation(metadata) + 1;
                Commit(type, entity);
            }
        }
    }

    private StoredObject Store(
        ResourceType type, ObjectKey key, StoredObject? old, JsonObject? before, JsonObject after, ManagedFields owners)
    {
        var metadata = Metadata(after);
        SchemaDefaults.Apply(after, type.Schema);
        IReadOnlyList<FieldError> errors = [
            .. MetadataRules.Check(metadata, before is null ? null : Metadata(before), type),
            .. SchemaValidator.Validate(after, before, type.Schema)];

        // Ratcheting (KEP-4008): what was wrong before, by a schema that came later, must not keep a finalizer from being removed.
        if (errors.Count > 0 && before is not null) errors = [.. errors.Except(SchemaValidator.Validate(before, before, type.Schema))];

        // As with a webhook: it sees what fits the schema, and not what changes only metadata or status: a rule made later blocks no deletion.
        if (errors.Count == 0 && options.Validate is { } validate && (before is null || !SameSpec(type, before, after)))
            errors = [.. validate(type, after)];
        if (errors.Count > 0) throw ApiErrors.Invalid(type, key.Name, errors);
        owners.Write(after, type.ApiVersion);

        if (before is null)
        {
            metadata["uid"] = damaged.UidOf(key) ?? ReservedUids.GetValueOrDefault(key) ?? options.NewUid().ToString();
            metadata["creationTimestamp"] = Timestamps.Format(Now);
            metadata["generation"] = 1;
        }
        else
        {
            if (!SameSpec(type, before, after)) metadata["generation"] = Generation(metadata) + 1;
            if (MetadataRules.IsDeleting(metadata) && !MetadataRules.Finalizers(metadata).Any())
            {
                Persist(() => table.Remove(old!));
                return StoredObject.From(type.QualifiedName, after);
            }

            // What changes nothing is no event and no version: writers may repeat themselves.
            if (JsonNode.DeepEquals(before, after)) return old!;
        }

        return Commit(type, after);
    }

    private StoredObject Commit(ResourceType type, JsonObject entity)
    {
        Metadata(entity)["resourceVersion"] = Format(table.NextVersion());
        var stored = StoredObject.From(type.QualifiedName, entity);
        Persist(() => table.Put(stored));
        ReservedUids.Remove(stored.Key);
        damaged.Restored(stored.Key);
        if (!type.IsPersistent) ForgetOldest(type);
        return stored;
    }

    // Events have no other end than this: an API server keeps them for an hour.
    private void ForgetOldest(ResourceType type)
    {
        var objects = table.Current.OfType(type.QualifiedName).ToArray();
        if (objects.Length > options.MaxTransientObjects) table.Remove(objects.MinBy(o => o.ResourceVersion)!);
    }

    private static void Persist(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ApiErrors.Internal($"the state directory can't be written: {exception.Message}", exception);
        }
    }

    private static JsonObject Patched(ResourceType type, string name, JsonObject before, JsonPatch patch)
    {
        try
        {
            return JsonPatchApplier.Apply(before, patch.Operations) is JsonObject after && after["metadata"] is JsonObject
                ? JsonText.ParseObject(JsonText.ToUtf8(after))
                : throw ApiErrors.Rejected(type, name, "the patch leaves no object");
        }
        catch (JsonPatchException exception)
        {
            throw ApiErrors.Rejected(type, name, exception.Message);
        }
    }

    private static void CheckPrecondition(ResourceType type, string name, string what, string? wanted, string actual)
    {
        if (wanted is not null && wanted != actual)
            throw ApiErrors.Conflict(type, name, $"Precondition failed: {what} in precondition: {wanted}, {what} in object meta: {actual}");
    }

    private static void CheckPreconditions(ResourceType type, ObjectKey key, StoredObject? old, JsonObject metadata)
    {
        if (metadata["uid"]?.GetValue<string>() is { Length: > 0 } uid && uid != old?.Uid)
        {
            throw ApiErrors.Conflict(type, key.Name, old is null
                ? $"uid mismatch: the provided object specified uid {uid}, and no existing object was found"
                : $"Precondition failed: UID in precondition: {uid}, UID in object meta: {old.Uid}");
        }

        var current = old is null ? null : Format(old.ResourceVersion);
        if (metadata["resourceVersion"]?.GetValue<string>() is { Length: > 0 } version && version != current)
        {
            throw ApiErrors.Conflict(
                type, key.Name, "the object has been modified; please apply your changes to the latest version and try again");
        }
    }

    /// <summary>A copy whose every value is parsed JSON, with type and metadata in their places.</summary>
    private static JsonObject Normalize(ResourceType type, JsonObject entity)
    {
        if (entity["apiVersion"] is { } apiVersion && apiVersion.ToString() != type.ApiVersion)
            throw ApiErrors.BadRequest(
                $"the API version in the data ({apiVersion}) does not match the expected API version ({type.ApiVersion})");
        if (entity["kind"] is { } kind && kind.ToString() != type.Kind)
            throw ApiErrors.BadRequest($"the kind in the data ({kind}) does not match the expected kind ({type.Kind})");
        var source = JsonText.ParseObject(JsonText.ToUtf8(entity));
        var result = WithType(type, source["metadata"]?.DeepClone() as JsonObject ?? []);
        foreach (var (name, value) in source)
            if (!result.ContainsKey(name)) result[name] = value?.DeepClone();
        return result;
    }

    private static JsonObject WithType(ResourceType type, JsonObject metadata) =>
        new() { ["apiVersion"] = type.ApiVersion, ["kind"] = type.Kind, ["metadata"] = metadata };

    private static ObjectKey KeyOf(ResourceType type, JsonObject metadata)
    {
        var space = metadata["namespace"]?.ToString();
        return new ObjectKey(type.QualifiedName, string.IsNullOrEmpty(space) ? null : space, metadata["name"]?.ToString() ?? "");
    }

    private static JsonObject SystemPart(JsonObject metadata)
    {
        var result = new JsonObject { ["name"] = metadata["name"]?.DeepClone() };
        if (metadata["namespace"] is { } space) result["namespace"] = space.DeepClone();
        return result;
    }

    private static void StripSystemMetadata(JsonObject entity)
    {
        foreach (var field in SystemMetadata) Metadata(entity).Remove(field);
    }

    private static void Restore(JsonObject after, JsonObject before, string field)
    {
        if (before.TryGetPropertyValue(field, out var value)) after[field] = value?.DeepClone();
        else after.Remove(field);
    }

    private static bool SameSpec(ResourceType type, JsonObject before, JsonObject after)
    {
        static JsonObject Spec(JsonObject entity, bool hasStatus)
        {
            var spec = (JsonObject)entity.DeepClone();
            spec.Remove("metadata");
            if (hasStatus) spec.Remove("status");
            return spec;
        }

        return JsonNode.DeepEquals(Spec(before, type.HasStatus), Spec(after, type.HasStatus));
    }

    private static JsonObject Metadata(JsonObject entity) => (JsonObject)entity["metadata"]!;

    private static long Generation(JsonObject metadata) => metadata["generation"]?.GetValue<long>() ?? 0;

    private static string Format(long version) => version.ToString(CultureInfo.InvariantCulture);
}
