using Reconciler.Api.Disks;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Conditions;
using Reconciler.Api.Devices;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;

namespace Reconciler.Agent.Devices;

/// <summary>Whom a change of a device, a pool or a network concerns: the one key of its Domain, or of each Domain that uses it.</summary>
internal sealed class DomainsByDevice
{
    private const string OfferIndex = "agent-offer";

    private Store<Vbd>? _vbds;
    private Store<Vif>? _vifs;

    public void AddTo(Store<Vbd> store)
    {
        _vbds = store;
        store.AddIndex(DeviceSource.DomainIndex, v => v.Spec is { } spec ? [DeviceSource.Index(v.Metadata.Namespace, spec.Domain)] : []);
        store.AddIndex(OfferIndex, v => DeviceInfrastructure.PoolOf(v) is { } pool ? [pool] : []);
    }

    public void AddTo(Store<Vif> store)
    {
        _vifs = store;
        store.AddIndex(DeviceSource.DomainIndex, v => v.Spec is { } spec ? [DeviceSource.Index(v.Metadata.Namespace, spec.Domain)] : []);
        store.AddIndex(OfferIndex, v => v.Spec is { } spec ? [spec.Network] : []);
    }

    public static IEnumerable<ObjectKey> Of(Vbd vbd) => vbd.Spec is { } spec ? [new ObjectKey(vbd.Metadata.Namespace, spec.Domain)] : [];

    public static IEnumerable<ObjectKey> Of(Vif vif) => vif.Spec is { } spec ? [new ObjectKey(vif.Metadata.Namespace, spec.Domain)] : [];

    public IEnumerable<ObjectKey> Of(XenStoragePool pool) => (_vbds?.ByIndex(OfferIndex, pool.Metadata.Name!) ?? []).SelectMany(Of).Distinct();

    public IEnumerable<ObjectKey> Of(XenNetwork network) => (_vifs?.ByIndex(OfferIndex, network.Metadata.Name!) ?? []).SelectMany(Of).Distinct();

    /// <summary>What somebody asked for, and what the operator decided or said in its place; not what this agent reported.</summary>
    public static bool Concerns(StoreChange<Vbd> change) => Predicates.Intent(change)
        || Differs(change.Old?.Status?.Host, change.New?.Status?.Host, change.Old?.Status?.Conditions, change.New?.Status?.Conditions);

    /// <inheritdoc cref="Concerns(StoreChange{Vbd})"/>
    public static bool Concerns(StoreChange<Vif> change) => Predicates.Intent(change)
        || Differs(change.Old?.Status?.Host, change.New?.Status?.Host, change.Old?.Status?.Conditions, change.New?.Status?.Conditions);

    private static bool Differs(string? host, string? newHost, IReadOnlyList<Condition>? old, IReadOnlyList<Condition>? now) =>
        host != newHost || HostSilence.IsSilent(now) || old.Find(DeviceAcceptedCondition.Type) != now.Find(DeviceAcceptedCondition.Type);
}
