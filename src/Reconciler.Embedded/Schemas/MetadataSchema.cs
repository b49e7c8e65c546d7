namespace Reconciler.Embedded.Schemas;

/// <summary>metav1.ObjectMeta as the API server merges it: labels by key, finalizers as a set, owner references by uid.</summary>
internal static class MetadataSchema
{
    private static readonly SchemaNode Text = new() { Type = "string" };
    private static readonly SchemaNode Flag = new() { Type = "boolean" };
    private static readonly SchemaNode Number = new() { Type = "integer" };
    private static readonly SchemaNode Time = new() { Type = "string", Format = "date-time" };
    private static readonly SchemaNode TextMap = new() { Type = "object", AdditionalProperties = Text };

    public static SchemaNode Instance { get; } = Object(new()
    {
        ["name"] = Text,
        ["generateName"] = Text,
        ["namespace"] = Text,
        ["uid"] = Text,
        ["resourceVersion"] = Text,
        ["generation"] = Number,
        ["selfLink"] = Text,
        ["creationTimestamp"] = Time with { Nullable = true },
        ["deletionTimestamp"] = Time with { Nullable = true },
        ["deletionGracePeriodSeconds"] = Number,
        ["labels"] = TextMap,
        ["annotations"] = TextMap,
        ["finalizers"] = new() { Type = "array", Items = Text, ListType = ListType.Set },
        ["ownerReferences"] = new()
        {
            Type = "array",
            ListType = ListType.Map,
            ListMapKeys = ["uid"],
            Items = Object(new()
            {
                ["apiVersion"] = Text,
                ["kind"] = Text,
                ["name"] = Text,
                ["uid"] = Text,
                ["controller"] = Flag,
                ["blockOwnerDeletion"] = Flag,
            }) with
            {
                Required = ["apiVersion", "kind", "name", "uid"],
                IsAtomic = true,
            },
        },
        ["managedFields"] = new() { Type = "array", Items = SchemaNode.Any },
    });

    private static SchemaNode Object(Dictionary<string, SchemaNode> properties) => new() { Type = "object", Properties = properties };
}
