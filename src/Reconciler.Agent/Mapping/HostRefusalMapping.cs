using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Xen.Execution;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.Mapping;

/// <summary>
/// The host's own look at the operator's choice: what was there when the host was chosen, and is there no more. Only what another host may have
/// is in it: what stands against a domain on any host (a kernel that Xen can't load) is no reason to go to another. Pure.
/// </summary>
internal static class HostRefusalMapping
{
    /// <summary>The memory: a create asks for it before it touches anything.</summary>
    public static HostRefusal? OfCreate(Domain entity, ExecutionResult execution, DateTimeOffset now) =>
        execution is { Stopped: Step.CreatePaused, Error: { Code: XenErrorCode.NotEnoughMemory } error } ? Refuse(entity, ReadyCondition.NotEnoughMemory, error.Message, now) : null;

    /// <summary>A pool or a network of a device that the domain is not started without.</summary>
    public static HostRefusal? OfDevices(DomainFindings findings)
    {
        if (findings is not { Plan.Wait.Reason: WaitReason.WaitingForDevices, Desired.Awaited: { Count: > 0 } awaited, Leaving: null }) return null;
        var missing = findings.Devices.FirstOrDefault(device =>
            device.Problem?.Reason is DeviceReadyCondition.PoolNotReady or DeviceReadyCondition.NetworkNotReady
            && awaited.Any(what => what.StartsWith($"{device}: ", StringComparison.Ordinal)));
        return missing is null ? null : Refuse(findings.Object, missing.Problem!.Reason, $"{missing}: {missing.Problem.Message}", findings.Now);
    }

    /// <summary>Since it began.</summary>
    private static HostRefusal? Refuse(Domain entity, string reason, string message, DateTimeOffset now) => entity.Status?.Host is not { } host ? null : new HostRefusal
    {
        Host = host, Reason = reason, Message = message, At = entity.Status.Refusal is { } before && before.Host == host ? before.At : Clock.WholeMicroseconds(now),
    };
}
