using Reconciler.Agent.HostLife.Service;
using Reconciler.Api.Hosts;
using Reconciler.Runtime;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Hosts;

/// <summary>What one look at the whole host found.</summary>
/// <param name="Facts">Null when it could not be asked.</param>
/// <param name="Domains">Every domain but domain 0.</param>
/// <param name="StoragePools">What is to be seen of each XenStoragePool; null: they are not known yet.</param>
/// <param name="Networks">What is to be seen of each XenNetwork; null: they are not known yet.</param>
/// <param name="Failure">Why it could not be asked.</param>
internal sealed record HostLook(
    HostFacts? Facts, IReadOnlyList<ObservedDomain> Domains, IReadOnlyList<HostStoragePool>? StoragePools, IReadOnlyList<HostNetwork>? Networks, XenException? Failure)
{
    /// <summary>Domains that are alive here and whose Domain another host holds, each with that host.</summary>
    public IReadOnlyList<(ObjectKey Domain, string Holder)> Strays { get; init; } = [];

    /// <summary>Domains of others that may be adopted.</summary>
    public IReadOnlyList<FoundDomain> Adoptable { get; init; } = [];

    /// <summary>Whether the host's own stop is under way.</summary>
    public bool IsStopping { get; init; }

    /// <summary>Who starts and stops domains with the host; null: it was not looked for.</summary>
    public HostServiceSight? Service { get; init; }
}
