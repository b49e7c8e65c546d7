using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Conditions;

/// <summary>Whether the host can run domains: its agent reaches the hypervisor, xenstored and the toolstack library. Written by the agent, and by the operator when the agent is silent.</summary>
[ConditionOf(typeof(XenHost))]
public static class HostReadyCondition
{
    public const string Type = "Ready";

    /// <summary>True: everything is reached.</summary>
    public const string Ready = "Ready";

    /// <summary>False: no Xen: /dev/xen/privcmd is absent or can't be opened.</summary>
    public const string HypervisorUnavailable = "HypervisorUnavailable";

    /// <summary>False: xenstored does not answer.</summary>
    public const string XenstoreUnavailable = "XenstoreUnavailable";

    /// <summary>False: libxenlight is missing, or is of a version that this agent does not know.</summary>
    public const string ToolstackUnavailable = "ToolstackUnavailable";

    /// <summary>False: the agent is stopping; running domains go on.</summary>
    public const string AgentStopping = "AgentStopping";

    /// <summary>False: the host is being powered off or rebooted; its domains are shut down as their onHostStop says, and none is started.</summary>
    public const string HostStopping = "HostStopping";

    /// <summary>Unknown: no sign of life from the agent for as long as its Lease lasts. Domains may be running. (Operator.)</summary>
    public const string AgentSilent = "AgentSilent";
}
