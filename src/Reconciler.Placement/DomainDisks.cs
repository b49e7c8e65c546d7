using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Storage;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;

namespace Reconciler.Placement;

/// <summary>The disks of a Domain and the pools that they are in: whether it can be started on another host depends on them.</summary>
internal sealed class DomainDisks(Store<Vbd> disks, Store<XenStoragePool> pools)
{
    private const string Index = "disks of a domain";

    /// <summary>Files the objects of the store; before its first list.</summary>
    public static void AddTo(Store<Vbd> store) => store.AddIndex(Index, disk => [$"{disk.Metadata.Namespace}/{disk.Spec?.Domain}"]);

    public IEnumerable<Vbd> Of(Domain domain) => disks.ByIndex(Index, $"{domain.Metadata.Namespace}/{domain.Metadata.Name}");

    public XenStoragePool? Pool(string name) => pools.Get(new ObjectKey(null, name));
}
