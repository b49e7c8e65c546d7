namespace Reconciler.Xen.Host;

/// <summary>The one domain on the host that an object takes over as it runs. Both have to be right: a slip in one of them names nothing.</summary>
/// <param name="XenUuid">The UUID that Xen has for it.</param>
/// <param name="XenName">Its Xen name.</param>
public sealed record Adoptee(Guid XenUuid, string XenName);
