using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Conditions;

/// <summary>
/// Where the operator overrules what an agent has said, because the agent says nothing any more. It lasts until the agent writes again.
/// </summary>
public static class HostSilence
{
    /// <summary>Whether nothing is heard of the host.</summary>
    public static bool IsSilent(XenHost? host) => host?.Status?.Conditions.Find(HostReadyCondition.Type)?.Reason == HostReadyCondition.AgentSilent;

    /// <summary>Whether nothing was heard of a VBD or VIF since its host became silent.</summary>
    /// <param name="conditions">Those of the device's status; null when it has none.</param>
    public static bool IsSilent(IReadOnlyList<Condition>? conditions) => conditions.Find(DeviceReadyCondition.Type)?.Reason == DeviceReadyCondition.AgentSilent;

    /// <summary>Whether nothing was heard of the domain since its host became silent.</summary>
    public static bool IsSilent(Domain? domain) => domain?.Status?.Conditions.Find(ReadyCondition.Type)?.Reason == ReadyCondition.AgentSilent;
}
