using Microsoft.Extensions.Logging;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Devices;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Events;
using Reconciler.Runtime.Rbac;
using Reconciler.Runtime.Status;

namespace Reconciler.Placement.Devices;

/// <summary>Carries out what <see cref="DevicePlanner"/> decides about disks, or NICs: accept, give to the host of the Domain, let go.</summary>
/// <remarks>
/// <para>Expected flow: status.host and status.claims, then the finalizer and the label in one patch; the agent of the host acts only when
/// it sees all of them.</para>
/// <para>Guarantees: status is applied to the very version that was decided on. Two decisions never give one thing to two devices: one
/// worker decides, and what it decided counts (<see cref="WrittenObjects{T}"/>) before the cache shows it. That a Domain is gone, which
/// frees its devices, is asked of the server and never believed of a cache.</para>
/// <para>Caveat: the finalizer of a device that a host may have is its agent's to remove.</para>
/// </remarks>
[EntityRbac(typeof(Vbd), typeof(Vif), Verbs = RbacVerb.Read | RbacVerb.Patch | RbacVerb.Delete)]
[EntityRbac(typeof(Vbd), typeof(Vif), Verbs = RbacVerb.Patch, Subresource = "status")]
[EntityRbac(typeof(Domain), typeof(XenStoragePool), typeof(XenNetwork), Verbs = RbacVerb.Read)]
[EntityRbac(typeof(Event), Verbs = RbacVerb.Create | RbacVerb.Patch)]
internal sealed partial class DeviceController<T>(
    IDeviceKind<T> kind,
    IKubernetesClient client,
    Store<Domain> domains,
    DeviceIndex<T> index,
    StatusWriter status,
    EventPublisher events,
    TimeProvider time,
    ILogger logger) : IEntityController<T>
    where T : class, IResource<T>
{
    /// <summary>How long a cache may well be behind the server.</summary>
    private static readonly TimeSpan CacheDelay = TimeSpan.FromMilliseconds(200);

    private readonly WrittenObjects<T> _written = new();

    /// <inheritdoc/>
    public async Task<ReconciliationResult<T>> ReconcileAsync(ObjectKey key, T? entity, CancellationToken cancellationToken)
    {
        if (entity is null)
        {
            _written.Forget(key);
            return ReconciliationResult<T>.Success();
        }

        if (_written.AreMissingFrom(key, entity)) return ReconciliationResult<T>.Requeue(CacheDelay);
        try
        {
            var facts = kind.Facts(entity);
            var domain = DomainKey(facts) is { } name ? domains.Get(name) : null;
            var plan = Plan(entity, facts, domain);
            if (NeedsProof(facts, domain, plan)) plan = Plan(entity, facts, await ReadDomainAsync(facts, cancellationToken));
            return await CarryOutAsync(key, entity, plan, cancellationToken);
        }
        catch (KubernetesApiException e) when (e.IsNotFound)
        {
            // Gone meanwhile: the store will show it.
            return ReconciliationResult<T>.Success();
        }
        catch (KubernetesApiException e) when (e.IsOutdated)
        {
            // Changed meanwhile in a way that the plan does not know of: the store will show it.
            return ReconciliationResult<T>.Requeue(CacheDelay);
        }
    }

    private DevicePlan Plan(T entity, DeviceFacts facts, Domain? domain) => DevicePlanner.Plan(
        facts, domain, index.Beside(entity).Select(other => kind.Facts(_written.Latest(other))), kind.Missing(entity), time.GetUtcNow());

    /// <summary>What takes a device from a host without its agent.</summary>
    private static bool NeedsProof(DeviceFacts facts, Domain? domain, DevicePlan plan) =>
        plan.Release || plan.Delete || (plan.Status is not null && facts.DomainUid is not null && domain?.Metadata.Uid != facts.DomainUid);

    private Task<Domain?> ReadDomainAsync(DeviceFacts facts, CancellationToken cancellationToken) => DomainKey(facts) is { } name
        ? client.GetAsync<Domain>(name.Name, name.Namespace, cancellationToken)
        : Task.FromResult<Domain?>(null);

    private static ObjectKey? DomainKey(DeviceFacts facts) => facts.Domain is { } name ? new ObjectKey(facts.Metadata.Namespace, name) : null;

    private async Task<ReconciliationResult<T>> CarryOutAsync(ObjectKey key, T device, DevicePlan plan, CancellationToken cancellationToken)
    {
        if (plan.Release)
        {
            await PatchAsync(key, device, Binding.Release(device.Metadata, XenApi.ReleaseFinalizer), cancellationToken);
            Log.Released(logger, Kind<T>.Definition.Kind, key, device.Metadata.Uid);
            return ReconciliationResult<T>.Success();
        }

        if (plan.Delete)
        {
            var exactly = new DeleteOptions { Uid = device.Metadata.Uid, ResourceVersion = device.Metadata.ResourceVersion };
            await client.DeleteAsync<T>(key.Name, key.Namespace, exactly, cancellationToken);
            return ReconciliationResult<T>.Success();
        }

        if (plan.Status is { } assignment) device = await WriteStatusAsync(key, device, assignment, cancellationToken);
        if (plan.AddFinalizer || plan.HostLabel is not null)
            await PatchAsync(key, device, Binding.Of(device.Metadata, plan.AddFinalizer, plan.HostLabel), cancellationToken);
        else if (plan.RemoveHostLabel)
            await PatchAsync(key, device, Binding.Unlabel(device.Metadata), cancellationToken);
        return ReconciliationResult<T>.Success();
    }

    private async Task<T> WriteStatusAsync(ObjectKey key, T device, DeviceAssignment assignment, CancellationToken cancellationToken)
    {
        // Uid and version make the server refuse a successor of the same name, and a later version.
        var name = new ObjectMeta
        {
            Namespace = key.Namespace, Name = key.Name, Uid = device.Metadata.Uid, ResourceVersion = device.Metadata.ResourceVersion,
        };
        var before = kind.Facts(device);
        var written = await status.ApplyAsync(device, kind.WithStatus(name, assignment), cancellationToken);
        _written.Wrote(key, device, written);
        if (assignment.Host is { } host && host != before.Host) Log.Given(logger, Kind<T>.Definition.Kind, key, device.Metadata.Uid, host);

        var accepted = assignment.Conditions.Find(DeviceAcceptedCondition.Type)!;
        var acceptedBefore = before.Conditions.Find(DeviceAcceptedCondition.Type);
        if (accepted.Status == ConditionStatus.False && (acceptedBefore?.Status != accepted.Status || acceptedBefore.Message != accepted.Message))
            events.Publish(device, EventType.Warning, accepted.Reason, "Accept", accepted.Message ?? "");
        return written;
    }

    private async Task PatchAsync(ObjectKey key, T device, JsonPatch patch, CancellationToken cancellationToken) =>
        _written.Wrote(key, device, await client.PatchAsync<T>(key.Name, key.Namespace, patch, cancellationToken));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Kind} {Key} (uid {Uid}) given to host {Host}")]
        public static partial void Given(ILogger logger, string kind, ObjectKey key, string? uid, string host);

        [LoggerMessage(2, LogLevel.Information, "{Kind} {Key} (uid {Uid}) is on no host and is let go")]
        public static partial void Released(ILogger logger, string kind, ObjectKey key, string? uid);
    }
}
