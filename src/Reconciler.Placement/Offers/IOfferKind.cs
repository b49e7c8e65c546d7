using Reconciler.Api.Hosts;
using Reconciler.Api.Validation;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;

namespace Reconciler.Placement.Offers;

/// <summary>What differs between pools and networks.</summary>
internal interface IOfferKind<T>
    where T : class, IResource<T>
{
    IReadOnlyList<FieldError> Validate(T offer);

    IReadOnlyList<Condition>? Conditions(T offer);

    /// <summary>The devices that have a claim on it.</summary>
    IReadOnlyList<ObjectKey> Users(T offer);

    /// <summary>What a host says of it; null when it says nothing.</summary>
    HostReport? Of(XenHost host, string name);

    T WithStatus(ObjectMeta name, OfferStatus status);
}
