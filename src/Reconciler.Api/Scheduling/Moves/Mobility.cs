using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Storage;
using Reconciler.Api.Validation;

namespace Reconciler.Api.Scheduling.Moves;

/// <summary>Whether a Domain can be started on another host than the one that it is on, whichever that is.</summary>
public static class Mobility
{
    /// <summary>What hinders; null when nothing does.</summary>
    /// <param name="domain">The Domain.</param>
    /// <param name="from">The host that it is to leave.</param>
    /// <param name="facts">What there is.</param>
    public static string? Hindrance(Domain domain, string from, MoveFacts facts)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(facts);
        if (DomainValidation.Validate(domain) is { Count: > 0 } errors) return $"its spec is not accepted: {string.Join(" ", errors)}";
        if (domain.Spec?.Placement?.HostName == from) return $"placement.hostName pins it to {from}";
        if (IsUsersWord(domain)) return null;
        return facts.Disks(domain).Select(disk => Hindrance(disk, from, facts.Pool)).FirstOrDefault(hindrance => hindrance is not null);
    }

    /// <summary>
    /// Whether the host that placement.hostName names is to be believed to have the disks: a guest that has never run has written to none, and
    /// whoever names a host knows what is there.
    /// </summary>
    public static bool IsUsersWord(Domain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return domain is { Spec.Placement.HostName: not null, Status: null or { RanOn: null, Domid: null, LastExit: null, LastShutdown: null } };
    }

    private static string? Hindrance(Vbd disk, string from, Func<string, XenStoragePool?> pools)
    {
        var source = disk.Spec?.Source;
        return (source?.Volume?.Pool ?? source?.Iso?.Pool, source?.File?.Path ?? source?.BlockDevice?.Path) switch
        {
            ({ } pool, _) when pools(pool)?.Spec?.Shared != true => $"its disk {disk.Spec!.Device} is on {from}: XenStoragePool {pool} is not shared",
            (null, { } path) => $"its disk {disk.Spec!.Device} is {path} on {from}, and nothing says that this is the same elsewhere",
            _ => null,
        };
    }
}
