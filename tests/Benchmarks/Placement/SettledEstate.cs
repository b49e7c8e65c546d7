using Reconciler.Api;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Scheduling;
using Reconciler.Api.Scheduling.Moves;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Benchmarks.Placement;

/// <summary>An <see cref="Estate"/> as an operator has left it, every Domain placed, and some that are new. The Domains have no disks and NICs.</summary>
internal sealed record SettledEstate(IReadOnlyList<XenHost> Hosts, IReadOnlyList<Lease> Leases, IReadOnlyList<Domain> Domains)
{
    /// <summary>So many are new: where in the queue they are is left to chance, so the last of them is near its end.</summary>
    public const int New = 100;

    /// <summary>Their names begin so.</summary>
    public const string NewPrefix = "new-";

    /// <param name="domains">How many are placed.</param>
    /// <param name="hosts">How many hosts there are.</param>
    /// <param name="leaseNamespace">Where the leases of their agents are.</param>
    public static SettledEstate Of(int domains, int hosts, string leaseNamespace)
    {
        XenHost[] all = [.. Enumerable.Range(0, hosts).Select(Estate.Host).Select(host => host with { Metadata = Stored(host.Metadata) })];
        var cluster = Cluster.Of(all, []);
        var placed = new List<Domain>();
        foreach (var domain in Enumerable.Range(0, domains).Select(i => WithoutDevices(Estate.Domain(i, hosts))))
        {
            var plan = PlacementPlanner.Plan(domain, cluster, () => PlacementRequest.Of(domain, [], [], _ => false, Estate.Now), MoveFacts.None, Estate.Now);
            var next = domain with { Metadata = Bound(domain.Metadata, plan.HostLabel!), Status = plan.Status };
            cluster.Put(next);
            placed.Add(next);
        }

        var added = Enumerable.Range(domains, New).Select(i => WithoutDevices(Estate.Domain(i, hosts)));
        return new SettledEstate(
            all,
            [.. all.Select(host => Lease(host.Metadata.Name!, leaseNamespace))],
            [.. placed, .. added.Select(domain => domain with { Metadata = domain.Metadata with { Name = NewPrefix + domain.Metadata.Name } })]);
    }

    private static Domain WithoutDevices(Domain domain) =>
        domain with { Metadata = Stored(domain.Metadata), Spec = domain.Spec! with { VbdTemplates = null, VifTemplates = null } };

    private static ObjectMeta Stored(ObjectMeta metadata) =>
        metadata with { Uid = metadata.Uid ?? $"uid-{metadata.Name}", Generation = 1, ResourceVersion = "1", CreationTimestamp = Estate.Now };

    private static ObjectMeta Bound(ObjectMeta metadata, string host) => metadata with
    {
        Finalizers = [XenApi.ReleaseFinalizer],
        Labels = new Dictionary<string, string>(metadata.Labels!, StringComparer.Ordinal) { [XenApi.HostLabel] = host },
    };

    private static Lease Lease(string host, string @namespace) => new()
    {
        Metadata = Stored(new ObjectMeta { Namespace = @namespace, Name = HostLease.NameOf(host) }),
        Spec = new LeaseSpec { LeaseDurationSeconds = (int)HostLease.Duration.TotalSeconds, RenewTime = Estate.Now },
    };
}
