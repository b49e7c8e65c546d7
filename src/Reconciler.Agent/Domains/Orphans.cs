using Microsoft.Extensions.Logging;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Client;
using Reconciler.Runtime;
using Reconciler.Runtime.Events;
using Reconciler.Xen.Execution;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.Domains;

/// <summary>
/// Domains of ours on this host whose object is not in view. Being out of view is no reason to stop a guest: only the API server's word
/// is, that the object is gone or that another host holds it. In the first case it is shut down cleanly.
/// </summary>
/// <remarks>
/// In the second there may be two copies of it, on the same disks: this host was confirmed to be powered off, and was not. Shut down cleanly,
/// the guest would write all that it holds in memory over what the other copy has written; destroyed, it would be lost, and it may be
/// the better copy. So it is paused, which ends its writes and can be undone, and said (<see cref="StrayDomains"/>); a person decides.
/// </remarks>
internal sealed partial class Orphans(
    IXenHost host, IKubernetesClient client, string nodeName, OrphanGuard guard, StrayDomains strays, TimeProvider time, ILogger logger, IStepObserver? steps = null, EventPublisher? events = null)
{
    /// <summary>How soon it is tried again when it may not be done now.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(30);

    private readonly Executor _executor = new(host, time, steps);

    /// <summary>Releases what is left under a key by objects other than the one that has it now.</summary>
    /// <returns>When to look again; null when there is nothing (left) to release.</returns>
    public async Task<TimeSpan?> ReleaseAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var observed = await host.ObserveAllAsync(cancellationToken);
        var marks = observed.Select(d => d.Mark).OfType<DomainMark>()
            .Where(m => m.Namespace == (key.Namespace ?? "") && m.Name == key.Name)
            .Select(m => m.Uuid).Distinct().ToList();
        if (marks.Count == 0)
        {
            strays.Remove(key);
            return null;
        }

        var entity = await client.GetAsync<Domain>(key.Name, key.Namespace, cancellationToken);
        TimeSpan? again = null;
        foreach (var uuid in marks)
        {
            if (IsOf(entity, uuid) && HolderOf(entity!) is { } holder)
            {
                var living = observed.FirstOrDefault(d => d.Uuid == uuid && d.Ownership == DomainOwnership.Ours && IsAlive(d));
                if (living is not null)
                {
                    await KeepPausedAsync(key, entity!, living, holder, cancellationToken);
                    again = Earlier(again, Later);
                    continue;
                }
            }
            else if (IsOf(entity, uuid))
            {
                strays.Remove(key);
                continue;
            }

            again = Earlier(again, await ReleaseAsync(new DomainKey(uuid, $"{key.Namespace}.{key.Name}"), entity, cancellationToken));
        }
        return again;
    }

    /// <summary>Not gone, and not replaced by another object of the name.</summary>
    private static bool IsOf(Domain? entity, Guid uuid) => Guid.TryParse(entity?.Metadata.Uid, out var uid) && uid == uuid;

    /// <summary>The other host that holds it: it is not merely without our label.</summary>
    private string? HolderOf(Domain entity) => entity.Status?.Host is { Length: > 0 } holder && holder != nodeName ? holder : null;

    private static bool IsAlive(ObservedDomain domain) =>
        domain.State is RunState.Running or RunState.Paused || domain is { State: RunState.ShutDown, ShutdownReason: ShutdownReason.Suspend };

    private async Task KeepPausedAsync(ObjectKey key, Domain entity, ObservedDomain domain, string holder, CancellationToken cancellationToken)
    {
        if (domain.State == RunState.Running) await host.PauseAsync(new DomainRef(domain.Uuid, domain.Domid), cancellationToken);
        if (!strays.Add(key, holder)) return;
        Log.SplitBrain(logger, key, domain.Uuid, holder, domain.Domid);
        events?.Publish(
            entity, EventType.Warning, SplitBrainCondition.Type, "Pause",
            $"XenHost {nodeName} had a copy of it running, though XenHost {holder} holds it by now: that copy is paused and kept. Both may have written to its disks. Decide which is the good one");
    }

    private async Task<TimeSpan?> ReleaseAsync(DomainKey key, Domain? entity, CancellationToken cancellationToken)
    {
        var observed = await host.ObserveAsync(key, cancellationToken);
        // The spec that said how to stop it is gone with the object: the defaults hold, which are a clean shutdown with time for it.
        var plan = Planner.Plan(desired: null, observed, new DomainPolicy(), lastExit: null, time.GetUtcNow());
        if (plan.IsConverged)
            return null;
        if (guard.Objection() is { } objection)
        {
            Log.Kept(logger, key.XenName, key.Uuid, objection);
            return Later;
        }

        if (plan.Steps.Count > 0)
            Log.Releasing(logger, key.XenName, key.Uuid, entity is null ? "its object is gone" : "its name is another's now, or only remains of it are left");
        var result = await _executor.ExecuteAsync(key, plan, cancellationToken);
        return result.Completed && plan.Wait?.Next is { } next ? Earlier(next - time.GetUtcNow(), Later) : TimeSpan.FromSeconds(2);
    }

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Domain {XenName} ({Uuid}) is shut down: {Reason}")]
        public static partial void Releasing(ILogger logger, string xenName, Guid uuid, string reason);

        [LoggerMessage(3, LogLevel.Error, "Domain {Key} ({Uuid}) is XenHost {Holder}'s by now and was running here: it is paused and kept. When the other copy is the good one, end it with: xl destroy {Domid}")]
        public static partial void SplitBrain(ILogger logger, ObjectKey key, Guid uuid, string holder, int domid);

        [LoggerMessage(2, LogLevel.Warning, "Domain {XenName} ({Uuid}) has no object and is left running: {Objection}")]
        public static partial void Kept(ILogger logger, string xenName, Guid uuid, string objection);
    }
}
