using Reconciler.Agent.Devices;
using Reconciler.Agent.HostLife;
using Reconciler.Agent.Hosts;
using Reconciler.Agent.Mapping;
using Reconciler.Api;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Events;
using Reconciler.Runtime.Finalization;
using Reconciler.Runtime.Rbac;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Domains;

/// <summary>Brings the domains of this host in line with their Domains. All that concerns one domain is done under its one key.</summary>
[EntityRbac(typeof(Domain), Verbs = RbacVerb.Read | RbacVerb.Patch)]
[EntityRbac(typeof(Domain), Verbs = RbacVerb.Patch, Subresource = "status")]
[EntityRbac(typeof(Event), Verbs = RbacVerb.Create | RbacVerb.Patch)]
internal sealed class DomainController(
    DomainPass pass, DeviceReporter devices, LeftDevices left, Orphans orphans, StatusBook book, IKubernetesClient client, EventPublisher events, HostReporter reporter, NodeName node,
    HostPhase? phase = null)
    : IEntityController<Domain>
{
    /// <summary>How long a cache may well be behind the server.</summary>
    private static readonly TimeSpan CacheDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>How soon a domain is looked at again while the host's name, or the word on it, is not this agent's. Nothing is asked for that.</summary>
    private static readonly TimeSpan UntilHeard = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<ReconciliationResult<Domain>> ReconcileAsync(ObjectKey key, Domain? entity, CancellationToken cancellationToken)
    {
        try
        {
            return await WorkAsync(key, entity, cancellationToken);
        }
        catch (XenException e)
        {
            return Failure(e);
        }
        catch (KubernetesApiException e) when (e.IsConflict && book.IsOverruled(entity?.Metadata.Uid ?? ""))
        {
            // Somebody has written to it since it was read; whether it is still ours, the store is about to say.
            return ReconciliationResult<Domain>.Requeue(CacheDelay);
        }
        catch (KubernetesApiException e) when (e.IsNotFound)
        {
            // It went when this pass had begun; the store is about to say so, and the key comes back without it.
            book.Forget(entity?.Metadata.Uid);
            return ReconciliationResult<Domain>.Success();
        }
    }

    private async Task<ReconciliationResult<Domain>> WorkAsync(ObjectKey key, Domain? entity, CancellationToken cancellationToken)
    {
        if (reporter.HasLostName) return ReconciliationResult<Domain>.Success(UntilHeard);
        if (entity is null || !IsHeldHere(entity))
        {
            // To a machine that was given another name all that runs there would look like another host's.
            if (!reporter.HoldsName) return ReconciliationResult<Domain>.Success(UntilHeard);
            book.Forget(entity?.Metadata.Uid);
            phase?.Forget(key);
            if (await IsStoppingAsync(cancellationToken))
                return ReconciliationResult<Domain>.Success();
            var again = await orphans.ReleaseAsync(key, cancellationToken);
            return ReconciliationResult<Domain>.Success(Earlier(again, await left.ReleaseAsync(key, entity, cancellationToken)));
        }

        // What the operator concludes from an agent's silence ends with the agent's first word; what it concluded before, each Domain tells.
        await reporter.Spoken.WaitAsync(cancellationToken);
        entity = book.Overlay(entity);
        if (reporter.IsFenced && !book.HasTold(entity.Metadata.Uid)) book.Doubt(entity.Metadata.Uid!);
        // First the host: as long as the operator says of that that it is silent, it would say so again of the Domain.
        if (book.IsOverruled(entity.Metadata.Uid!) && !reporter.IsHeard) return ReconciliationResult<Domain>.Success(UntilHeard);
        var before = entity.Status;
        var written = before;
        var result = await pass.RunAsync(entity, book.IsOverruled(entity.Metadata.Uid!), WriteAsync, cancellationToken);
        if (phase is not null)
        {
            phase.Forget(key, except: Guid.Parse(entity.Metadata.Uid!));
            if (!result.IsHeldBack)
                await phase.KeepAsync(result.Findings, cancellationToken);
        }
        await devices.ReportAsync(result.Findings, cancellationToken);
        foreach (var edge in DomainEdges.Between(before, written!, result))
            events.Publish(entity, edge.Type, edge.Reason, edge.Action, edge.Note);
        // What it refuses by counts for the operator's next choice, too.
        if (result.Execution?.Done.Count > 0 || result.Findings.Refusal is not null)
            reporter.Nudge();

        if (result.Findings.IsGone)
        {
            await client.RemoveAsync(entity, XenApi.ReleaseFinalizer, cancellationToken);
            book.Forget(entity.Metadata.Uid);
            phase?.Forget(key);
            return ReconciliationResult<Domain>.Success();
        }
        if (result.Failure is { } failure)
            return Failure(failure);

        if (await IsStoppingAsync(cancellationToken))
            return ReconciliationResult<Domain>.Success(result.LookAgainAfter);

        // A domain of an earlier object of the same name stands in the way: its own end has to be brought about.
        var orphan = result.Findings.Observed?.NameHeldBy is { Ownership: DomainOwnership.Ours } ? await orphans.ReleaseAsync(key, cancellationToken) : null;
        var leftOver = await left.ReleaseAsync(key, entity, cancellationToken);
        return ReconciliationResult<Domain>.Success(Earlier(Earlier(result.LookAgainAfter, orphan), leftOver));

        async Task WriteAsync(DomainStatus status, CancellationToken token)
        {
            written = status with { BootId = reporter.BootId ?? entity.Status?.BootId };
            await book.WriteAsync(entity, written, token);
        }
    }

    /// <summary>Nothing is taken away from a host that stops: it is shut down as a whole.</summary>
    private async ValueTask<bool> IsStoppingAsync(CancellationToken cancellationToken) =>
        phase is not null && await phase.IsStoppingAsync(cancellationToken);

    /// <summary>Without the exception: what a host can't do is no surprise, and its stack would be in the log at each retry.</summary>
    private static ReconciliationResult<Domain> Failure(XenException e) => ReconciliationResult<Domain>.Failure(Problems.Describe(e));

    /// <summary>Both the label and the operator's decision name this host: one alone is a decision that is not finished, or somebody's mistake.</summary>
    private bool IsHeldHere(Domain entity) =>
        entity.Status?.Host == node.Value && entity.Metadata.Labels?.GetValueOrDefault(XenApi.HostLabel) == node.Value;

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;
}
