namespace Reconciler.Xen.Host;

/// <summary>Who a domain is, whether it is on the host or not: the object's uid and its Xen name (<c>namespace.name</c>).</summary>
/// <param name="Uuid">The Domain object's <c>metadata.uid</c>, which is the UUID of each Xen domain that is created for it.</param>
/// <param name="XenName">The name in xenstore and <c>xl list</c>.</param>
/// <param name="Adopts">The UUID that Xen has for the domain that it is to take over; null: it takes over none.</param>
public readonly record struct DomainKey(Guid Uuid, string XenName, Guid? Adopts = null);
