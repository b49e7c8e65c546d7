using Microsoft.Extensions.Logging;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Events;
using Reconciler.Runtime.Rbac;
using Reconciler.Runtime.Status;

namespace Reconciler.Placement.Hosts;

/// <summary>
/// Says of a host what it can't say itself: that its agent is silent (<c>Ready=Unknown</c>), that it is known to be powered off
/// (<c>Fenced</c>), and how far its emptying is (<c>Evacuated</c>, status.maintenance).
/// </summary>
/// <remarks>
/// <para>Expected flow: a sign of life -> look again when the lease has run out -> Ready=Unknown. What the agent says afterwards is its own
/// matter: it sees that it was overruled, renews its lease, and says anew what it sees.</para>
/// <para>Guarantees: Ready is the agent's as long as it renews its lease, and this controller's when that has run out, until it is renewed.
/// A lease has run out when it has not changed for its duration as measured by this process (<see cref="HostSigns"/>); clocks are not compared. Only the very version that was judged is written to, so an agent that has just spoken is not overruled, and
/// what was confirmed for one silence never counts for another.</para>
/// <para>Nothing follows for the host's domains but that their Ready is Unknown, too (PlacementStatus): a silent agent is no proof of a dead
/// host. That they are moved is decided Domain by Domain, by the PlacementController alone; this only counts them.</para>
/// </remarks>
[EntityRbac(typeof(XenHost), Verbs = RbacVerb.Read)]
[EntityRbac(typeof(XenHost), Verbs = RbacVerb.Patch, Subresource = "status")]
[EntityRbac(typeof(Domain), Verbs = RbacVerb.Read)]
[EntityRbac(typeof(Node), Verbs = RbacVerb.Read)]
[EntityRbac(typeof(Event), Verbs = RbacVerb.Create | RbacVerb.Patch)]
[EntityRbac(typeof(Lease), Verbs = RbacVerb.List | RbacVerb.Watch, InOwnNamespace = true)]
internal sealed partial class HostController(
    Store<Lease> leases,
    string leaseNamespace,
    Store<Node> nodes,
    Store<Pod>? guards,
    Store<Domain> domains,
    HostSigns signs,
    StatusWriter status,
    EventPublisher events,
    TimeProvider time,
    ILogger<HostController> logger) : IEntityController<XenHost>
{
    /// <inheritdoc/>
    public async Task<ReconciliationResult<XenHost>> ReconcileAsync(ObjectKey key, XenHost? entity, CancellationToken cancellationToken)
    {
        if (entity is null)
        {
            signs.Forget(key.Name);
            return ReconciliationResult<XenHost>.Success();
        }

        var lease = leases.Snapshot.Objects.GetValueOrDefault(new ObjectKey(leaseNamespace, HostLease.NameOf(key.Name)))?.Spec;
        var duration = lease?.LeaseDurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : HostLease.Duration;
        var silence = signs.SilenceOf(entity, lease);
        var isSilent = silence >= duration;
        // It has had time to say so.
        var isSilentAbout = !isSilent && HostSilence.IsSilent(entity) && signs.HeardFor(key.Name) >= HostLease.RenewPeriod;
        var guard = guards?.Get(new ObjectKey(leaseNamespace, HostGuard.NameOf(key.Name)));
        var desired = HostWord.Of(
            entity,
            isSilent ? Describe(lease) : isSilentAbout ? NotReported : null,
            isSilent,
            nodes.Get(key),
            HostGuard.EvictionRequested(guard) is not null,
            () => domains.Snapshot.Objects.Values,
            time.GetUtcNow());
        if (!HostWord.IsSaid(entity.Status, desired))
        {
            try
            {
                await status.ApplyAsync(entity, Partial(entity) with { Status = desired }, cancellationToken);
            }
            catch (KubernetesApiException e) when (e.IsConflict || e.IsNotFound)
            {
                // It has just spoken, or is gone: the store will show it.
                return ReconciliationResult<XenHost>.Requeue(TimeSpan.FromSeconds(1));
            }

            if (isSilent && !HostSilence.IsSilent(entity))
            {
                signs.Overruled(key.Name);
                Log.Silent(logger, key.Name, silence.TotalSeconds);
            }

            foreach (var edge in HostEdges.Between(entity.Status, desired)) events.Publish(entity, edge.Type, edge.Reason, edge.Action, edge.Note);
        }

        return isSilent ? ReconciliationResult<XenHost>.Success() : ReconciliationResult<XenHost>.Requeue(duration - silence);
    }

    private const string NotReported =
        "Its agent gives signs of life again, and has not said since how the host is: what is written to its status is refused, or the host does not answer. Its log says which";

    private static string Describe(LeaseSpec? lease) =>
        $"No sign of life from its agent {(lease?.RenewTime is { } last ? $"since {last.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} by its clock" : "at all: it has no Lease")}. "
        + "What it and its domains do is not known; nothing of it is started elsewhere. Look at the agent's pod and at the host";

    private static XenHost Partial(XenHost host) => new()
    {
        ApiVersion = XenHost.Definition.ApiVersion,
        Kind = XenHost.Definition.Kind,
        Metadata = new ObjectMeta { Name = host.Metadata.Name, Uid = host.Metadata.Uid, ResourceVersion = host.Metadata.ResourceVersion },
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "XenHost {Host}: no sign of life from its agent for {Seconds:0} s")]
        public static partial void Silent(ILogger logger, string host, double seconds);
    }
}
