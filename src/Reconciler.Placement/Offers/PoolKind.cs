using Reconciler.Api.Disks;
using Reconciler.Api.Hosts;
using Reconciler.Api.Storage;
using Reconciler.Api.Validation;
using Reconciler.Kubernetes.Model;
using Reconciler.Placement.Devices;
using Reconciler.Runtime;

namespace Reconciler.Placement.Offers;

internal sealed class PoolKind(DeviceIndex<Vbd> disks) : IOfferKind<XenStoragePool>
{
    public IReadOnlyList<FieldError> Validate(XenStoragePool offer) => XenStoragePoolValidation.Validate(offer);

    public IReadOnlyList<Condition>? Conditions(XenStoragePool offer) => offer.Status?.Conditions;

    public IReadOnlyList<ObjectKey> Users(XenStoragePool offer) => [.. disks.UsersOf(offer.Metadata.Name ?? "")];

    public HostReport? Of(XenHost host, string name) => host.Status?.StoragePools?.FirstOrDefault(pool => pool.Name == name) is { } seen
        ? new HostReport(host.Metadata.Name ?? "", seen.Ready, seen.Message ?? seen.Reason ?? "")
        : null;

    public XenStoragePool WithStatus(ObjectMeta name, OfferStatus status) => new()
    {
        ApiVersion = XenStoragePool.Definition.ApiVersion,
        Kind = XenStoragePool.Definition.Kind,
        Metadata = name,
        Status = new XenStoragePoolStatus
        {
            ObservedGeneration = status.ObservedGeneration,
            Conditions = status.Conditions,
            Users = status.Users,
            ReadyHosts = status.ReadyHosts,
        },
    };
}
