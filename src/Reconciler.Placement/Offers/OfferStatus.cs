using Reconciler.Kubernetes.Model;

namespace Reconciler.Placement.Offers;

/// <summary>The status of a pool or network, in full.</summary>
internal sealed record OfferStatus(long? ObservedGeneration, IReadOnlyList<Condition> Conditions, int Users, int ReadyHosts);
