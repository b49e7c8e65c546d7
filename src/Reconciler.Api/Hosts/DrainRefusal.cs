using Reconciler.Api.Conditions;

namespace Reconciler.Api.Hosts;

/// <summary>Why the guard of a host can't go yet, in words for whoever drains the Node: kubectl prints them at each try. Pure.</summary>
public static class DrainRefusal
{
    /// <summary>More names would bury what is to be done.</summary>
    private const int MaximumNamed = 5;

    /// <summary>A Node that is not cordoned is not being drained.</summary>
    public static string NotCordoned(string host) =>
        $"this Pod stands for the Domains of XenHost {host}, and its Node is not cordoned: only a drain empties the host. Use kubectl drain {host}";

    /// <param name="host">The host, as last read.</param>
    /// <param name="progress">How far its emptying is.</param>
    public static string Describe(XenHost host, HostMaintenance progress)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(progress);
        var name = host.Metadata.Name;
        if (progress.Left == 0) return $"XenHost {name} is empty; its guard is about to go";
        var held = $"XenHost {name} still has {Count(progress.Left)}";
        if (HostSilence.IsSilent(host))
            return $"{held}, and its agent is silent, so none can be moved: {Named(progress.Domains ?? [])}. Bring the agent back; or, once the machine is powered off, "
                + $"confirm that with kubectl xen fence {name} --confirm-powered-off. {GiveUp(name)}";

        var blocked = (progress.Domains ?? []).Where(domain => domain.Reason == PlacedCondition.CannotMove).ToList();
        return progress.Blocked == 0
            ? $"{held} to be moved: {Named(progress.Domains ?? [])}. What each waits for is in status.maintenance of the XenHost. {GiveUp(name)}"
            : $"{held} to be moved, {progress.Blocked} of which can't leave: {Why(blocked)}. Halt {(progress.Blocked == 1 ? "it" : "them")} (spec.powerState), or remove what "
                + $"holds {(progress.Blocked == 1 ? "it" : "them")}; status.maintenance of the XenHost has all. {GiveUp(name)}";
    }

    private static string GiveUp(string? name) => $"To give up: kubectl uncordon {name}";

    private static string Count(int domains) => domains == 1 ? "1 Domain" : $"{domains} Domains";

    private static string Named(IReadOnlyList<HostMaintenanceDomain> domains) => Listed(domains, ", ", domain => $"{domain.Namespace}/{domain.Name}");

    private static string Why(IReadOnlyList<HostMaintenanceDomain> domains) => Listed(domains, "; ", domain => $"{domain.Namespace}/{domain.Name} ({domain.Message?.TrimEnd('.') ?? domain.Reason})");

    private static string Listed(IReadOnlyList<HostMaintenanceDomain> domains, string separator, Func<HostMaintenanceDomain, string> text) =>
        string.Join(separator, domains.Take(MaximumNamed).Select(text)) + (domains.Count > MaximumNamed ? $"{separator}and others" : "");
}
