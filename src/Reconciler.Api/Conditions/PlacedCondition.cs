using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Conditions;

/// <summary>
/// Whether a XenHost holds the domain (status.host). Written by the operator (by the agent, where it runs without Kubernetes). A placed
/// domain stays on its host, unless that is emptied or fenced, or refuses it, or placement.hostName asks for another (see status.move).
/// </summary>
[ConditionOf(typeof(Domain))]
public static class PlacedCondition
{
    public const string Type = "Placed";

    /// <summary>True: status.host names the host.</summary>
    public const string Placed = "Placed";

    /// <summary>
    /// True: the host is to be emptied, and others go first: those of a lower startOrder, or enough others at once. Or placement.hostName asks
    /// for another host, and the domain is running: it goes there once it is shut down.
    /// </summary>
    public const string WaitingToMove = "WaitingToMove";

    /// <summary>
    /// True: the host is to be emptied, was lost, refuses the domain (status.refusal), or is not the one that placement.hostName asks for, and
    /// no other host can take it; the message says why. On a host that is to be emptied it goes on running; one that refuses it tries again.
    /// </summary>
    public const string CannotMove = "CannotMove";

    /// <summary>True: the host is to be emptied, refuses the domain, or is not the one that placement.hostName asks for; it is shut down there, and started elsewhere when nothing of it is left there.</summary>
    public const string Moving = "Moving";

    /// <summary>False: the spec was not accepted, so no host is looked for.</summary>
    public const string NotAccepted = "NotAccepted";

    /// <summary>False: there is no XenHost at all. Run the agent on a Xen host.</summary>
    public const string NoHost = "NoHost";

    /// <summary>False: there are XenHosts and none fits. The message says of each why. Tried again whenever a host or a domain changes.</summary>
    public const string NoHostFits = "NoHostFits";

    /// <summary>
    /// Unknown: the XenHost in status.host does not exist any more. The domain may still run there, so it is neither placed anew nor
    /// released. Bring the host back; or, with proof that the domain is not running anywhere, remove the finalizer by hand.
    /// </summary>
    public const string HostGone = "HostGone";
}
