using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Hosts;

/// <summary>How far the emptying of a host is, from what its Domains say. Pure.</summary>
public static class Evacuation
{
    private const string BeingDeleted = "BeingDeleted";

    /// <summary>The progress that there is now.</summary>
    /// <param name="host">A host that is to be emptied.</param>
    /// <param name="domains">All Domains.</param>
    /// <param name="now">The time.</param>
    public static HostMaintenance Progress(XenHost host, IEnumerable<Domain> domains, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(host);
        var left = domains.Where(domain => HostToLeave(domain) == host.Metadata.Name).Select(Describe)
            .OrderBy(Rank).ThenBy(domain => domain.Namespace, StringComparer.Ordinal).ThenBy(domain => domain.Name, StringComparer.Ordinal).ToList();
        return new HostMaintenance
        {
            Since = host.Status?.Maintenance?.Since ?? DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()),
            Left = left.Count,
            Blocked = left.Count(domain => domain.Reason == PlacedCondition.CannotMove),
            Domains = left.Count == 0 ? null : [.. left.Take(HostMaintenance.MaximumListed)],
        };
    }

    /// <summary>The host that a Domain would have to leave, were that emptied; null for one that has none, or that stays there without running.</summary>
    public static string? HostToLeave(Domain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return domain.Status?.Host is { Length: > 0 } host && !IsDown(domain) ? host : null;
    }

    /// <summary>Whether two say the same: records compare their lists by reference.</summary>
    public static bool Same(HostMaintenance? a, HostMaintenance? b) => a is null || b is null
        ? a is null && b is null
        : a with { Domains = null } == b with { Domains = null } && (a.Domains ?? []).SequenceEqual(b.Domains ?? []);

    /// <summary>Status, reason and message of Evacuated.</summary>
    public static (string Status, string Reason, string Message) Judge(HostMaintenance progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return progress switch
        {
            { Left: 0 } => (ConditionStatus.True, EvacuatedCondition.Empty, "No Domain is left on the host but such as are halted"),
            { Left: var left, Blocked: var blocked } when left == blocked =>
                (ConditionStatus.False, EvacuatedCondition.Blocked, $"{Count(left)} can't leave; each says why in status.maintenance"),
            { Left: var left, Blocked: var blocked } =>
                (ConditionStatus.False, EvacuatedCondition.Evacuating, $"{Count(left)} still to leave{(blocked == 0 ? "" : $", {blocked} of them can't")}"),
        };
    }

    private static string Count(int domains) => domains == 1 ? "1 Domain" : $"{domains} Domains";

    /// <summary>It stays on the host, and does not run there nor is to.</summary>
    private static bool IsDown(Domain domain) =>
        domain.Spec?.PowerState == PowerState.Halted && domain.Status?.Domid is null && domain.Status?.Move is null && domain.Metadata.DeletionTimestamp is null;

    private static HostMaintenanceDomain Describe(Domain domain)
    {
        var placed = domain.Status?.Conditions.Find(PlacedCondition.Type);
        return new HostMaintenanceDomain
        {
            Namespace = domain.Metadata.Namespace ?? "",
            Name = domain.Metadata.Name ?? "",
            Reason = domain.Metadata.DeletionTimestamp is null ? placed?.Reason ?? PlacedCondition.Placed : BeingDeleted,
            Message = placed?.Message is { Length: > 0 } message && placed.Reason != PlacedCondition.Placed ? message : null,
        };
    }

    private static int Rank(HostMaintenanceDomain domain) => domain.Reason switch
    {
        PlacedCondition.CannotMove => 0,
        PlacedCondition.Moving => 1,
        _ => 2,
    };
}
