using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Hosts;

/// <summary>What admins decide about a host.</summary>
public sealed record XenHostSpec
{
    /// <summary>Whether new domains may be placed here. Domains that are here stay.</summary>
    [Default(true)]
    public bool? Schedulable { get; init; }

    /// <summary>
    /// Whether the host is to be emptied: nothing new is placed here, and the Domains that are here are shut down cleanly, one startOrder
    /// after the other, and started on other hosts. One that no other host can take goes on running; status.maintenance names it and says
    /// why. Set back to false, what has not begun to move stays, and what has begun is finished.
    /// </summary>
    [Default(false)]
    public bool? Maintenance { get; init; }

    /// <summary>
    /// Somebody's word that this host, whose agent is silent, is powered off, so that its Domains may be started elsewhere. Written by
    /// kubectl xen fence. It counts for the one silence of the one boot that it names, and for nothing else.
    /// </summary>
    public FenceSpec? Fence { get; init; }
}
