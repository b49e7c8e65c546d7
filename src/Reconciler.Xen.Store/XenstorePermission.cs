namespace Reconciler.Xen.Store;

/// <summary>
/// One entry of a node's permissions. The first entry of the list names the owner, and its access is that of every domain not listed;
/// the following entries give single domains their access. Dom0 may do everything.
/// </summary>
/// <param name="Domid">The domain.</param>
/// <param name="Access">What it may do.</param>
public readonly record struct XenstorePermission(uint Domid, XenstoreAccess Access);
