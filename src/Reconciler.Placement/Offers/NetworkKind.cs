using Reconciler.Api.Hosts;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Validation;
using Reconciler.Kubernetes.Model;
using Reconciler.Placement.Devices;
using Reconciler.Runtime;

namespace Reconciler.Placement.Offers;

internal sealed class NetworkKind(DeviceIndex<Vif> nics) : IOfferKind<XenNetwork>
{
    public IReadOnlyList<FieldError> Validate(XenNetwork offer) => XenNetworkValidation.Validate(offer);

    public IReadOnlyList<Condition>? Conditions(XenNetwork offer) => offer.Status?.Conditions;

    public IReadOnlyList<ObjectKey> Users(XenNetwork offer) => [.. nics.UsersOf(offer.Metadata.Name ?? "")];

    public HostReport? Of(XenHost host, string name) => host.Status?.Networks?.FirstOrDefault(network => network.Name == name) is { } seen
        ? new HostReport(host.Metadata.Name ?? "", seen.Ready, seen.Message ?? seen.Reason ?? "")
        : null;

    public XenNetwork WithStatus(ObjectMeta name, OfferStatus status) => new()
    {
        ApiVersion = XenNetwork.Definition.ApiVersion,
        Kind = XenNetwork.Definition.Kind,
        Metadata = name,
        Status = new XenNetworkStatus
        {
            ObservedGeneration = status.ObservedGeneration,
            Conditions = status.Conditions,
            Users = status.Users,
            ReadyHosts = status.ReadyHosts,
        },
    };
}
