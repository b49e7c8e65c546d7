using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Nics;
using Reconciler.Api.Scheduling;
using Reconciler.Api.Scheduling.Moves;
using Reconciler.Api.Storage;
using Reconciler.Placement.Devices;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;

namespace Reconciler.Placement;

/// <summary>What Domains ask of a host, and what stands against moving them, with the devices and pools that the stores show.</summary>
internal sealed class DomainRequests(DeviceIndex<Vbd> vbds, DeviceIndex<Vif> vifs, Store<XenStoragePool> pools, TimeProvider time)
{
    public PlacementRequest Of(Domain domain) =>
        PlacementRequest.Of(domain, vbds.DevicesOf(domain), vifs.DevicesOf(domain), pool => Pool(pool)?.Spec?.Shared == true, time.GetUtcNow());

    /// <param name="domains">All Domains, those just decided with their status filled in.</param>
    public MoveFacts MovesWith(Func<IEnumerable<Domain>> domains) => new(domains, vbds.DevicesOf, Pool);

    private XenStoragePool? Pool(string name) => pools.Get(new ObjectKey(null, name));
}
