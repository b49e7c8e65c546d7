namespace Reconciler.Manifests.Schema;

/// <summary>One field of an object.</summary>
internal sealed record SchemaProperty(string Name, bool Required, SchemaNode Schema);
