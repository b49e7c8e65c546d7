using System.Text.Json.Nodes;
using Reconciler.Embedded.Resources;
using Reconciler.Embedded.Schemas;

namespace Reconciler.Embedded;

/// <summary>How a store works.</summary>
public sealed record EmbeddedStoreOptions
{
    /// <summary>The kinds with a schema; this project's own when not set. Other kinds (events, leases) are taken as they come.</summary>
    public IReadOnlyList<ResourceType>? ResourceTypes { get; init; }

    /// <summary>Clock of timestamps, bookmarks and ends of watches.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Makes the uid of each new object.</summary>
    public Func<Guid> NewUid { get; init; } = Guid.NewGuid;

    /// <summary>Suffixes of generated names, and how long watches last.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Who owns the fields that are created or patched (not applied).</summary>
    public string FieldManager { get; init; } = "reconciler";

    /// <summary>Changes that are remembered for watches and for pages of a list; older ones are answered with 410.</summary>
    public int HistoryLength { get; init; } = 1000;

    /// <summary>Objects kept of each kind without schema, the newest.</summary>
    public int MaxTransientObjects { get; init; } = 1000;

    /// <summary>How often a watch without events says where it is.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Further rules for whole objects, as an admission webhook has them.</summary>
    public Func<ResourceType, JsonObject, IEnumerable<FieldError>>? Validate { get; init; }
}
