using System.Text.Json.Nodes;
using Reconciler.Agent.Commands.Get;
using Reconciler.Agent.Domains;
using Reconciler.Api.Domains;
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

    public static async Task<StandaloneView> OfAsync(
        EmbeddedStore store, ManifestDirectory manifests, StatusBook book, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var type = store.ResourceTypes.Single(t => t.Kind == Domain.Definition.Kind);
        var domains = await store.ListAsync<Domain>(new ListOptions(), cancellationToken);
        var events = await store.ListAsync<Event>(new ListOptions(), cancellationToken);
        var convergence = Convergence.Of(domains.Items, manifests.Problems, d => book.HasTold(d.Metadata.Uid));
        if (manifests.HasPendingRemovals)
            convergence = new Convergence([.. convergence.Waiting, "removed manifests: waiting a moment, in case they only move"]);
        return new StandaloneView(
            Table(type, store.ReadAll(type), now),
            [.. events.Items.Select(e => SeenEvent.Of(e, now)).OrderBy(e => e.Age).Take(ShownEvents).Reverse()],
            [.. manifests.Problems.Select(p => p.ToString()), .. store.Damaged.Select(d => d.ToString())],
            convergence);
    }

    private static ResourceTable Table(ResourceType type, IReadOnlyList<JsonObject> objects, DateTimeOffset now) =>
        ResourceTable.Of(type, objects, isWide: false, now);
}
