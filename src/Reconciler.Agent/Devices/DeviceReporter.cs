using System.Collections.Concurrent;
using Reconciler.Agent.Mapping;
using Reconciler.Agent.Storage;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Events;
using Reconciler.Runtime.Finalization;
using Reconciler.Runtime.Rbac;
using Reconciler.Runtime.Status;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Devices;

/// <summary>Tells what became of the devices of a Domain: their statuses, the events, and the end of those that are deleted.</summary>
/// <remarks>
/// Guarantee: the finalizer of a device goes only with proof that the host has nothing of it: every domain with the Domain's uuid is ours,
/// alive or gone for good, and none has a device, or a mark of one, for that object. A volume that is to go with it is gone before.
/// </remarks>
[EntityRbac(typeof(Vbd), Verbs = RbacVerb.Read | RbacVerb.Patch)]
[EntityRbac(typeof(Vbd), Verbs = RbacVerb.Patch, Subresource = "status")]
[EntityRbac(typeof(Vif), Verbs = RbacVerb.Read | RbacVerb.Patch)]
[EntityRbac(typeof(Vif), Verbs = RbacVerb.Patch, Subresource = "status")]
internal sealed class DeviceReporter(IKubernetesClient client, StatusWriter writer, EventPublisher events, IStorage storage)
{
    private readonly ConcurrentDictionary<string, VbdStatus> _vbds = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, VifStatus> _vifs = new(StringComparer.Ordinal);

    /// <summary>Whether this process has looked at the device, so that its status is not what an earlier one saw.</summary>
    public bool HasTold(string? uid) => uid is not null && (_vbds.ContainsKey(uid) || _vifs.ContainsKey(uid));

    public async Task ReportAsync(DomainFindings findings, CancellationToken cancellationToken)
    {
        foreach (var device in findings.Devices)
        {
            try
            {
                await ReportAsync(device, findings, cancellationToken);
            }
            catch (KubernetesApiException e) when (e.IsNotFound)
            {
                // It went when this pass had begun; its Domain's key comes back without it.
                Forget(device.Metadata.Uid!);
            }
        }
    }

    /// <summary>Releases devices that are being deleted and whose Domain is gone, when the host has no domain of that Domain either.</summary>
    public async Task ReleaseAsync(IEnumerable<DeviceFinding> devices, Observation observed, CancellationToken cancellationToken)
    {
        foreach (var device in devices.Where(d => d.IsBeingDeleted && HasFinalizer(d) && IsGone(d.Uid, observed)))
            await ReleaseAsync(device, cancellationToken);
    }

    private async Task ReportAsync(DeviceFinding device, DomainFindings findings, CancellationToken cancellationToken)
    {
        var sight = DeviceSight.Of(device, findings);
        if (device.IsBeingDeleted && HasFinalizer(device) && findings.Observed is { } observed && IsGone(device.Uid, observed))
        {
            if (await ReleaseAsync(device, cancellationToken) is not { } problem) return;
            sight = sight with { Status = ConditionStatus.False, Reason = problem.Reason, Message = problem.Message };
        }

        if (device.Vbd is { } vbd)
        {
            var before = _vbds.GetValueOrDefault(vbd.Metadata.Uid!) ?? vbd.Status;
            var status = DeviceStatusMapping.ToVbdStatus(device, sight, before, findings.Now);
            await writer.ApplyAsync(vbd, new Vbd { ApiVersion = Vbd.Definition.ApiVersion, Kind = Vbd.Definition.Kind, Metadata = Identity(vbd.Metadata), Status = status }, cancellationToken);
            _vbds[vbd.Metadata.Uid!] = status;
            Publish(vbd, before?.State, before?.Conditions, sight);
        }
        else if (device.Vif is { } vif)
        {
            var before = _vifs.GetValueOrDefault(vif.Metadata.Uid!) ?? vif.Status;
            var status = DeviceStatusMapping.ToVifStatus(device, sight, before, findings.Now);
            await writer.ApplyAsync(vif, new Vif { ApiVersion = Vif.Definition.ApiVersion, Kind = Vif.Definition.Kind, Metadata = Identity(vif.Metadata), Status = status }, cancellationToken);
            _vifs[vif.Metadata.Uid!] = status;
            Publish(vif, before?.State, before?.Conditions, sight);
        }
    }

    /// <returns>Why its volume could not be deleted; null when the device is released.</returns>
    private async Task<Problem?> ReleaseAsync(DeviceFinding device, CancellationToken cancellationToken)
    {
        if (device.Vbd is { Spec.Source.Volume: { Create: not null } volume } vbd)
        {
            var delete = volume.Reclaim == ReclaimPolicy.Delete;
            var problem = device.Source is { } source ? await storage.ReleaseAsync(source, delete, cancellationToken) : device.Problem;
            if (problem is not null && delete) return problem;
            if (delete) events.Publish(vbd, EventType.Normal, "VolumeReclaimed", "Delete", $"Its volume {device.Source?.Path} is gone, if it was made for it.");
        }

        if (device.Vbd is { } disk) await client.RemoveAsync(disk, XenApi.ReleaseFinalizer, cancellationToken);
        else await client.RemoveAsync(device.Vif!, XenApi.ReleaseFinalizer, cancellationToken);
        Forget(device.Metadata.Uid!);
        return null;
    }

    private void Publish<T>(T entity, string? stateBefore, IReadOnlyList<Condition>? conditionsBefore, DeviceSight sight)
        where T : class, IResource<T>
    {
        foreach (var edge in DeviceEdges.Between(stateBefore, conditionsBefore.Find(DeviceReadyCondition.Type)?.Reason, sight))
            events.Publish(entity, edge.Type, edge.Reason, edge.Action, edge.Note);
    }

    private void Forget(string uid)
    {
        _vbds.TryRemove(uid, out _);
        _vifs.TryRemove(uid, out _);
    }

    private static bool HasFinalizer(DeviceFinding device) => device.Metadata.Finalizers?.Contains(XenApi.ReleaseFinalizer, StringComparer.Ordinal) == true;

    private static bool IsGone(Guid uid, Observation observed) => !observed.OperationInProgress && observed.Domains.All(d =>
        d is { Ownership: DomainOwnership.Ours, State: not RunState.Dying, OperationInProgress: false }
        && d.Devices.All(o => o.Mark?.ObjectUid != uid) && d.Mark?.Devices.All(m => m.ObjectUid != uid) == true);

    /// <summary>The uid makes it a conflict, and not a write to another object, when the name was taken over meanwhile.</summary>
    private static ObjectMeta Identity(ObjectMeta metadata) => new() { Name = metadata.Name, Namespace = metadata.Namespace, Uid = metadata.Uid };
}
