using System.Text.Json.Nodes;
using Reconciler.Agent.Commands.Get;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Nics;
using Reconciler.Embedded;
using Reconciler.Embedded.Manifests;
using Reconciler.Embedded.Resources;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Agent.Commands.Standalone;

/// <summary>What there is to see of a standalone agent, at one moment.</summary>
/// <param name="Domains">The table of domains.</param>
/// <param name="Events">The last events, oldest first.</param>
/// <param name="Problems">Of the manifests, and of the state.</param>
/// <param name="Convergence">Whether all is as asked.</param>
internal sealed record StandaloneView(
    ResourceTable Domains, IReadOnlyList<SeenEvent> Events, IReadOnlyList<string> Problems, Convergence Convergence)
{
    private const int ShownEvents = 8;

    /// <summary>The tables of disks and of NICs, those that have any.</summary>
    public IReadOnlyList<ResourceTable> Devices { get; init; } = [];

    public static async Task<StandaloneView> OfAsync(
        EmbeddedStore store, ManifestDirectory manifests, Predicate<string?> isLookedAt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var type = store.ResourceTypes.Single(t => t.Kind == Domain.Definition.Kind);
        var domains = await store.ListAsync<Domain>(new ListOptions(), cancellationToken);
        var vbds = await store.ListAsync<Vbd>(new ListOptions(), cancellationToken);
        var vifs = await store.ListAsync<Vif>(new ListOptions(), cancellationToken);
        var events = await store.ListAsync<Event>(new ListOptions(), cancellationToken);
        var convergence = Convergence.Of(domains.Items, manifests.Problems, d => isLookedAt(d.Metadata.Uid)).And(vbds.Items, vifs.Items, isLookedAt);
        if (manifests.HasPendingRemovals)
            convergence = new Convergence([.. convergence.Waiting, "removed manifests: waiting a moment, in case they only move"]);
        return new StandaloneView(
            Table(type, store.ReadAll(type), now),
            [.. events.Items.Select(e => SeenEvent.Of(e, now)).OrderBy(e => e.Age).Take(ShownEvents).Reverse()],
            [.. manifests.Problems.Select(p => p.ToString()), .. store.Damaged.Select(d => d.ToString())],
            convergence)
        {
            Devices = [.. new[] { Vbd.Definition.Kind, Vif.Definition.Kind }
                .Select(kind => store.ResourceTypes.Single(t => t.Kind == kind))
                .Select(kind => Table(kind, store.ReadAll(kind), now)).Where(table => table.Rows.Count > 0)],
        };
    }

    private static ResourceTable Table(ResourceType type, IReadOnlyList<JsonObject> objects, DateTimeOffset now) =>
        ResourceTable.Of(type, objects, isWide: false, now);
}
