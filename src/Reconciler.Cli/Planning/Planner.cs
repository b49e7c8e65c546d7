using Reconciler.Api;
using Reconciler.Api.Domains;
using Reconciler.Api.Scheduling;
using Reconciler.Cli.Manifests;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Cli.Planning;

/// <summary>Decides for each Domain of a manifest in turn, as the operator would; each finds reserved what those before it have got.</summary>
/// <remarks>
/// Pure. A Domain that the cluster has already is decided about as if it were shut down and started anew, with the spec of the manifest: it does not count
/// itself, neither as a neighbour nor by its memory. One that fits nowhere stays where it is, in the way of those after it.
/// </remarks>
internal sealed class Planner(ClusterObjects view, ManifestSet manifests, DateTimeOffset now)
{
    private readonly Cluster _cluster = Cluster.Of(view.Hosts, view.Domains);
    private readonly HashSet<string> _shared = [.. view.Pools.Where(pool => pool.Spec?.Shared == true).Select(pool => pool.Metadata.Name!)];

    /// <exception cref="CommandException">A Domain that does not exist yet is tied to a host by a label that is the operator's.</exception>
    public static IReadOnlyList<DomainPlan> Plan(ClusterObjects view, ManifestSet manifests, DateTimeOffset now)
    {
        var planner = new Planner(view, manifests, now);
        return [.. manifests.Domains.Select(planner.Plan)];
    }

    /// <summary>Devices of the manifest that no Domain of it has, for people.</summary>
    public static IEnumerable<string> Unplanned(ManifestSet manifests) =>
        manifests.Vbds.Select(vbd => (vbd.Metadata, Kind: "VBD", Owner: vbd.Spec!.Domain))
            .Concat(manifests.Vifs.Select(vif => (vif.Metadata, Kind: "VIF", Owner: vif.Spec!.Domain)))
            .Where(device => !manifests.Domains.Any(domain => domain.Metadata.Namespace == device.Metadata.Namespace && domain.Metadata.Name == device.Owner))
            .Select(device => $"{device.Kind} {device.Metadata.Namespace}/{device.Metadata.Name} is not looked at: its Domain {device.Owner} is not in the manifest");

    private DomainPlan Plan(Domain manifest)
    {
        var existing = view.Domains.FirstOrDefault(domain => Names(domain.Metadata, manifest.Metadata));
        if (existing is null && !string.IsNullOrEmpty(manifest.Metadata.Labels?.GetValueOrDefault(XenApi.HostLabel)))
            throw new CommandException($"Domain {manifest.Metadata.Namespace}/{manifest.Metadata.Name}: metadata.labels: {XenApi.HostLabel} is the operator's, and ties a new Domain to a host that it may have run on. Remove it");

        var domain = existing is null ? manifest : manifest with { Metadata = manifest.Metadata with { Uid = existing.Metadata.Uid }, Status = existing.Status };
        var current = existing?.Status?.Host is { Length: > 0 } host ? host : null;
        if (existing is not null) _cluster.Vacate(existing);
        var request = PlacementRequest.Of(
            domain,
            DevicesOf(domain, manifests.Vbds, view.Vbds, vbd => vbd.Spec?.Domain),
            DevicesOf(domain, manifests.Vifs, view.Vifs, vif => vif.Spec?.Domain),
            _shared.Contains, now);
        var table = PlacementTable.Of(request, _cluster);
        var plan = new DomainPlan(manifest, current, request, table.Decision, [.. Sorted(table).Select(Describe)]);
        if (table.Decision.Host is { } chosen) _cluster.Put(domain with { Status = new DomainStatus { Host = chosen } });
        else if (current is not null) _cluster.Put(existing! with { Status = new DomainStatus { Host = current } });
        return plan;
    }

    /// <summary>Those of the manifest, and those of the cluster that it does not name. The cluster's that were made from templates are left out: the manifest has the templates.</summary>
    private static IEnumerable<T> DevicesOf<T>(Domain domain, IReadOnlyList<T> given, IReadOnlyList<T> present, Func<T, string?> owner)
        where T : IKubernetesObject =>
        given.Concat(present.Where(device =>
                !given.Any(other => Names(other.Metadata, device.Metadata))
                && device.Metadata.OwnerReferences?.Any(reference => reference.Controller == true && reference.Uid == domain.Metadata.Uid) != true))
            .Where(device => device.Metadata.Namespace == domain.Metadata.Namespace && owner(device) == domain.Metadata.Name);

    private static IEnumerable<PlacementRow> Sorted(PlacementTable table) => table.Rows
        .OrderByDescending(row => row.Verdict.Host == table.Decision.Host)
        .ThenByDescending(row => row.Scores?.Total ?? -1)
        .ThenBy(row => row.Verdict.Host, StringComparer.Ordinal);

    private HostPlan Describe(PlacementRow row)
    {
        var state = _cluster.Find(row.Verdict.Host)!;
        return new HostPlan(row, state.FreeKiB, state.ReservedKiB, state.Domains);
    }

    private static bool Names(ObjectMeta one, ObjectMeta other) => one.Namespace == other.Namespace && one.Name == other.Name;
}
