using Microsoft.Extensions.Logging;
using Reconciler.Api;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Scheduling;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Events;
using Reconciler.Runtime.Rbac;
using Reconciler.Runtime.Status;

namespace Reconciler.Placement;

/// <summary>Carries out what <see cref="PlacementPlanner"/> decides about a Domain: accept, place, let go.</summary>
/// <remarks>
/// <para>Expected flow: status.host, then the finalizer and the label in one patch; the agent of the host acts only when it sees all three.</para>
/// <para>Guarantees: status is applied to the very version that was decided on, so an operator with an old cache (or one that has lost the
/// lead and does not know yet) is refused with a conflict instead of placing a domain twice. Two decisions never promise the same memory:
/// one is made at a time, and counts for the next (<see cref="ClusterView"/>) before it is written, until the cache shows it.
/// Writing, which takes most of the time, is done side by side.</para>
/// <para>Caveat: the finalizer of a placed Domain is its agent's to remove; nothing here does, also not when the host is gone for good.</para>
/// </remarks>
[EntityRbac(typeof(Domain), Verbs = RbacVerb.Read | RbacVerb.Patch)]
[EntityRbac(typeof(Domain), Verbs = RbacVerb.Patch, Subresource = "status")]
[EntityRbac(typeof(XenHost), Verbs = RbacVerb.Read)]
[EntityRbac(typeof(Event), Verbs = RbacVerb.Create | RbacVerb.Patch)]
internal sealed partial class PlacementController(
    IKubernetesClient client,
    ClusterView view,
    DomainRequests requests,
    StatusWriter status,
    EventPublisher events,
    OwnWrites own,
    DomainsByNeed needs,
    TimeProvider time,
    ILogger<PlacementController> logger) : IEntityController<Domain>
{
    /// <summary>How long a cache may well be behind the server.</summary>
    private static readonly TimeSpan CacheDelay = TimeSpan.FromMilliseconds(200);

    private readonly Lock _deciding = new();

    /// <inheritdoc/>
    public async Task<ReconciliationResult<Domain>> ReconcileAsync(ObjectKey key, Domain? entity, CancellationToken cancellationToken)
    {
        needs.Record(key, entity);
        if (entity is null)
        {
            Forget(key);
            return ReconciliationResult<Domain>.Success();
        }

        // The event of the own write is on its way, but it may be one that calls for no reconcile by itself.
        if (own.AreMissingFrom(key, entity)) return ReconciliationResult<Domain>.Requeue(CacheDelay);

        try
        {
            return await CarryOutAsync(key, entity, Decide(key, entity), cancellationToken);
        }
        catch (KubernetesApiException e) when (e.IsNotFound)
        {
            // Gone meanwhile: the store will show it.
            return ReconciliationResult<Domain>.Success();
        }
    }

    private async Task<ReconciliationResult<Domain>> CarryOutAsync(ObjectKey key, Domain domain, PlacementPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Release) return await ReleaseAsync(key, domain.Metadata.Uid, cancellationToken);

        if (plan.Status is not null && !IsSaid(domain, plan.Status)) domain = await WriteStatusAsync(key, domain, plan.Status, cancellationToken);
        return plan.AddFinalizer || plan.HostLabel is not null
            ? await BindAsync(key, domain, plan, cancellationToken)
            : ReconciliationResult<Domain>.Success(plan.LookAgainAfter);
    }

    private PlacementPlan Decide(ObjectKey key, Domain domain)
    {
        lock (_deciding)
        {
            var plan = Plan(domain);
            if (plan.Status is { Host: { } host } && (host != domain.Status?.Host || plan.Status.Move != domain.Status.Move)) view.Assume(key, domain, host, plan.Status.Move);
            else view.Forget(key);
            return plan;
        }
    }

    private void Forget(ObjectKey key)
    {
        lock (_deciding) view.Forget(key);
    }

    private static string? NewHost(Domain domain, DomainStatus? desired) => desired?.Host != domain.Status?.Host ? desired?.Host : null;

    private PlacementPlan Plan(Domain domain)
    {
        lock (_deciding) return PlacementPlanner.Plan(domain, view.Now(), () => requests.Of(domain), requests.MovesWith(view.Domains), time.GetUtcNow());
    }

    /// <summary>
    /// All that is to be said is there. What is there besides is the agent's, which took Ready over by force: giving up what is lost already
    /// would be a write for every start that changes nothing. Nor is it said of each deletion that it has counted the generation up.
    /// </summary>
    private static bool IsSaid(Domain domain, DomainStatus desired)
    {
        var deleting = domain.Metadata.DeletionTimestamp is not null;
        return domain.Status is { } now
            && now.Host == desired.Host
            && now.Move == desired.Move
            && now.Placement == desired.Placement
            && (deleting || desired.ObservedGeneration is null || desired.ObservedGeneration == now.ObservedGeneration)
            && desired.Conditions!.All(condition => now.Conditions.Find(condition.Type) is { } said
                && condition == (deleting ? said with { ObservedGeneration = condition.ObservedGeneration } : said));
    }

    private async Task<Domain> WriteStatusAsync(ObjectKey key, Domain domain, DomainStatus desired, CancellationToken cancellationToken)
    {
        Domain written;
        try
        {
            written = await status.ApplyAsync(domain, Partial(domain) with { Status = desired }, cancellationToken);
        }
        catch (KubernetesApiException e) when (e.IsConflict || e.IsNotFound || e.IsInvalid)
        {
            // Refused for certain. After any other failure it may have been written: it is assumed until it is decided again.
            Forget(key);
            throw;
        }

        own.Wrote(key, domain, written);
        if (NewHost(domain, desired) is { } host) Log.Placed(logger, key, domain.Metadata.Uid, host);
        foreach (var edge in PlacementEdges.Between(domain.Status, desired))
            events.Publish(domain, edge.Type, edge.Reason, edge.Action, edge.Note);
        return written;
    }

    private async Task<ReconciliationResult<Domain>> BindAsync(ObjectKey key, Domain domain, PlacementPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            own.Wrote(key, domain, await client.PatchAsync<Domain>(key.Name, key.Namespace, Binding.Of(domain.Metadata, plan.AddFinalizer, plan.HostLabel), cancellationToken));
            return ReconciliationResult<Domain>.Success();
        }
        catch (KubernetesApiException e) when (e.IsOutdated)
        {
            // Changed meanwhile in a way that the plan does not know of: the store will show it.
            return ReconciliationResult<Domain>.Requeue(CacheDelay);
        }
    }

    private async Task<ReconciliationResult<Domain>> ReleaseAsync(ObjectKey key, string? uid, CancellationToken cancellationToken)
    {
        // A cache may be behind; what is read now, and tested again by the patch, is proof.
        var now = await client.GetAsync<Domain>(key.Name, key.Namespace, cancellationToken);
        if (now is null || now.Metadata.Uid != uid || !Plan(now).Release) return ReconciliationResult<Domain>.Success();

        await client.PatchAsync<Domain>(key.Name, key.Namespace, Binding.Release(now.Metadata, XenApi.ReleaseFinalizer), cancellationToken);
        Log.Released(logger, key, uid);
        return ReconciliationResult<Domain>.Success();
    }

    /// <summary>The object with nothing but who it is. Uid and version make the server refuse a successor of the same name, and a later version.</summary>
    private static Domain Partial(Domain domain) => new()
    {
        ApiVersion = Domain.Definition.ApiVersion,
        Kind = Domain.Definition.Kind,
        Metadata = new ObjectMeta
        {
            Namespace = domain.Metadata.Namespace,
            Name = domain.Metadata.Name,
            Uid = domain.Metadata.Uid,
            ResourceVersion = domain.Metadata.ResourceVersion,
        },
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Domain {Key} (uid {Uid}) placed on host {Host}")]
        public static partial void Placed(ILogger logger, ObjectKey key, string? uid, string host);

        [LoggerMessage(2, LogLevel.Information, "Domain {Key} (uid {Uid}) was never placed and is let go")]
        public static partial void Released(ILogger logger, ObjectKey key, string? uid);
    }
}
