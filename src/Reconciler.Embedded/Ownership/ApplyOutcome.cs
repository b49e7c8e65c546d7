using System.Text.Json.Nodes;

namespace Reconciler.Embedded.Ownership;

/// <summary>The result of an apply.</summary>
/// <param name="Object">The merged object.</param>
/// <param name="Owners">Who owns what of it now.</param>
/// <param name="Conflicts">Not empty: refused, because others own fields that would change.</param>
internal sealed record ApplyOutcome(JsonObject Object, ManagedFields Owners, IReadOnlyList<ApplyConflict> Conflicts);
