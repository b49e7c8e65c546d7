namespace Reconciler.Xen.Host;

/// <summary>Who a domain is, whether it is on the host or not: the object's uid and its Xen name (<c>namespace.name</c>).</summary>
/// <param name="Uuid">The Domain object's <c>metadata.uid</c>, which is the Xen domain's UUID.</param>
/// <param name="XenName">The name in xenstore and <c>xl list</c>.</param>
public readonly record struct DomainKey(Guid Uuid, string XenName);
