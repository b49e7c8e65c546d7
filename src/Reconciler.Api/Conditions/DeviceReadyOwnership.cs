using System.Collections.Frozen;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Conditions;

/// <summary>
/// Who writes Ready, and with it observedGeneration, in the status of a VBD or VIF: as <see cref="ReadyOwnership"/> has it for Domains.
/// </summary>
/// <remarks>
/// <para><c>reconciler-operator-status</c> owns <c>host</c>, <c>domainUid</c>, <c>claims</c> and the condition Accepted;
/// <c>reconciler-agent-status</c> everything else. Ready is the operator's while its reason is one of the operator's; the agent takes it
/// over by writing one of its own. It goes back only when the Domain that gave the device its host is gone, and with it whatever
/// the agent could report on.</para>
/// </remarks>
public static class DeviceReadyOwnership
{
    private static readonly FrozenSet<string> OperatorReasons = new[]
    {
        DeviceReadyCondition.NotAccepted, DeviceReadyCondition.DomainNotFound, DeviceReadyCondition.DomainNotPlaced,
        DeviceReadyCondition.WaitingForAgent,
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the operator writes Ready and observedGeneration: nobody has yet, or what is there is the operator's.</summary>
    /// <param name="conditions">Those of the device's status; null when it has none.</param>
    public static bool IsOperators(IReadOnlyList<Condition>? conditions) =>
        conditions.Find(DeviceReadyCondition.Type) is not { } ready || OperatorReasons.Contains(ready.Reason);
}
