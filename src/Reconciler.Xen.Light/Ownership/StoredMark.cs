using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Ownership;

/// <param name="Version">1. A later version that an older agent can't read makes the domain foreign to it: it keeps its hands off.</param>
/// <param name="Mark">The mark.</param>
internal sealed record StoredMark(int Version, DomainMark? Mark);
