using Reconciler.Agent.Domains;
using Reconciler.Agent.Mapping;
using Reconciler.Api.Conditions;
using Reconciler.Api.Devices;
using Reconciler.Runtime.Events;

namespace Reconciler.Agent.Devices;

/// <summary>What a pass changed about a device, as events for the user: one for each edge, none for each look.</summary>
internal static class DeviceEdges
{
    /// <param name="stateBefore">status.state before the pass.</param>
    /// <param name="reasonBefore">The reason of Ready before the pass.</param>
    /// <param name="sight">What was seen at its end.</param>
    public static IEnumerable<DomainEdge> Between(string? stateBefore, string? reasonBefore, DeviceSight sight)
    {
        if (sight.State is null || (stateBefore == sight.State && reasonBefore == sight.Reason)) yield break;
        if (sight.State == DeviceState.Attached && stateBefore != DeviceState.Attached)
            yield return new DomainEdge(EventType.Normal, "Attached", "Attach", sight.Message);
        if (sight.Reason is DeviceReadyCondition.DetachBlocked or DeviceReadyCondition.FrontendNotConnected or DeviceReadyCondition.HotplugNotSupported or DeviceReadyCondition.NetworkNotReady && reasonBefore != sight.Reason)
            yield return new DomainEdge(EventType.Warning, sight.Reason, "Observe", sight.Message);
        if (sight.State == DeviceState.Failed && reasonBefore != sight.Reason)
            yield return new DomainEdge(EventType.Warning, "AttachFailed", "Attach", $"{sight.Reason}: {sight.Message}");
        if (sight.Device is null && stateBefore is DeviceState.Attached or DeviceState.Attaching or DeviceState.Detaching && sight.State is DeviceState.Detached or DeviceState.Pending)
            yield return new DomainEdge(EventType.Normal, "Detached", "Detach", "Nothing of it is on the host any more.");
    }
}
