using Reconciler.Xen.Host;

namespace Reconciler.Agent.Hosts;

/// <summary>What one look at the whole host found.</summary>
/// <param name="Facts">Null when it could not be asked.</param>
/// <param name="Domains">Every domain but domain 0.</param>
/// <param name="Failure">Why it could not be asked.</param>
internal sealed record HostLook(HostFacts? Facts, IReadOnlyList<ObservedDomain> Domains, XenException? Failure);
