using System.Collections.Concurrent;
using System.Text.Json;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Agent.Domains;

/// <summary>
/// What this process last wrote to the status of each Domain. It writes only what differs, and lets the next pass read its own writes.
/// </summary>
/// <remarks>
/// The agent is the only writer of its fields, so what it wrote last is what is there, whatever the cache still shows. Without this, a
/// pass that runs before the watch has brought its own write would not know that the guest had ended by itself, and start it again.
/// After a start of the process the first list is the truth: it is read from etcd, not from the API server's cache.
/// </remarks>
internal sealed class StatusBook(IKubernetesClient client)
{
    private readonly ConcurrentDictionary<string, DomainStatus> _told = new(StringComparer.Ordinal);

    /// <summary>Whose status the operator has overruled while this agent was silent.</summary>
    private readonly ConcurrentDictionary<string, bool> _overruled = new(StringComparer.Ordinal);

    /// <summary>The object with the agent's fields as they were last written.</summary>
    public Domain Overlay(Domain entity)
    {
        if (HostSilence.IsSilent(entity))
            _overruled[entity.Metadata.Uid!] = true;
        if (!_told.TryGetValue(entity.Metadata.Uid!, out var told))
            return entity;
        var others = entity.Status?.Conditions?.Where(c => told.Conditions?.Any(t => t.Type == c.Type) != true) ?? [];
        return entity with { Status = told with { Host = entity.Status?.Host, Move = entity.Status?.Move, Conditions = [.. others, .. told.Conditions ?? []] } };
    }

    /// <summary>Writes the agent's fields, unless they are so already.</summary>
    /// <returns>Whether anything was written.</returns>
    /// <exception cref="KubernetesApiException">Among others <see cref="KubernetesApiException.IsConflict"/>: overruled, and changed since it was read.</exception>
    public async Task<bool> WriteAsync(Domain entity, DomainStatus status, CancellationToken cancellationToken)
    {
        var uid = entity.Metadata.Uid!;
        var before = _told.TryGetValue(uid, out var told) ? told : Own(entity.Status, status);
        if (Same(before, status) && !IsOverruled(uid))
        {
            _told[uid] = status;
            return false;
        }

        var apply = new Domain
        {
            ApiVersion = Domain.Definition.ApiVersion,
            Kind = Domain.Definition.Kind,
            // The uid makes it a conflict, and not a write to another object, when the name was taken over meanwhile. The version does
            // when the operator, which has said that nothing is heard of us, has given the Domain to another host before we spoke.
            Metadata = new ObjectMeta
            {
                Name = entity.Metadata.Name, Namespace = entity.Metadata.Namespace, Uid = uid,
                ResourceVersion = IsOverruled(uid) ? entity.Metadata.ResourceVersion : null,
            },
            Status = status,
        };
        await client.ApplyStatusAsync(apply, new ApplyOptions(XenApi.AgentStatusFieldManager), cancellationToken);
        _told[uid] = status;
        _overruled.TryRemove(uid, out _);
        return true;
    }

    /// <summary>Whether the operator has said since that nothing is heard of this agent: it may have given the Domain to another host.</summary>
    public bool IsOverruled(string uid) => _overruled.ContainsKey(uid);

    /// <summary>The operator may have given the Domain to another host, whatever is known of it here.</summary>
    public void Doubt(string uid) => _overruled[uid] = true;

    /// <summary>Whether this process has looked at the object, so that its status is not what an earlier one saw.</summary>
    public bool HasTold(string? uid) => uid is not null && _told.ContainsKey(uid);

    /// <summary>The object is gone or another host's.</summary>
    public void Forget(string? uid)
    {
        if (uid is null)
            return;
        _told.TryRemove(uid, out _);
        _overruled.TryRemove(uid, out _);
    }

    /// <summary>What the agent owns of a status that a process before this one wrote.</summary>
    private static DomainStatus? Own(DomainStatus? current, DomainStatus next) => current is null ? null : current with
    {
        Host = null,
        Move = null,
        Placement = null,
        Conditions = [.. (next.Conditions ?? []).Select(n => current.Conditions?.FirstOrDefault(c => c.Type == n.Type)).OfType<Condition>()],
    };

    private static bool Same(DomainStatus? a, DomainStatus b) =>
        a is not null && JsonSerializer.SerializeToUtf8Bytes(a, ApiJsonContext.Instance.DomainStatus)
            .AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(b, ApiJsonContext.Instance.DomainStatus));
}
