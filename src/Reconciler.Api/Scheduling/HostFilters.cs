using System.Globalization;

namespace Reconciler.Api.Scheduling;

/// <summary>The filters that a domain makes a difference to, in the order in which they are asked.</summary>
internal static class HostFilters
{
    private static readonly HostFilter HostName = new(
        UnfitReason.HostNameMismatch,
        (inquiry, host) => inquiry.Placement?.HostName is not { } wanted || wanted == host.Name,
        (inquiry, _) => $"placement.hostName asks for {inquiry.Placement!.HostName}");

    private static readonly HostFilter HostSelector = new(
        UnfitReason.HostSelectorMismatch,
        (inquiry, host) => inquiry.Selector is not { } wanted || LabelTerms.MatchAll(wanted, host.Host!.Metadata.Labels),
        (inquiry, host) => $"it lacks {Missing(inquiry.Placement!.HostSelector!, host.Host!.Metadata.Labels)}, which placement.hostSelector asks for");

    private static readonly HostFilter GuestType = new(
        UnfitReason.TypeNotSupported,
        (inquiry, host) => host.GuestTypes.Contains(inquiry.Request.TypeName),
        (inquiry, host) => $"it can't run {inquiry.Request.TypeName} guests, only {(host.Host!.Status!.GuestTypes is { Count: > 0 } types ? string.Join(", ", types) : "none")}");

    private static readonly HostFilter Cpus = new(
        UnfitReason.NotEnoughCpus,
        (inquiry, host) => inquiry.Request.Vcpus <= host.Cpus,
        (inquiry, host) => string.Create(CultureInfo.InvariantCulture, $"{inquiry.Request.Vcpus} virtual CPUs, and it has {host.Cpus} CPUs"));

    private static readonly HostFilter Storage = new(
        UnfitReason.PoolNotReachable,
        (inquiry, host) => FirstPool(inquiry, host) is null,
        (inquiry, host) => FirstPool(inquiry, host) is { } name && host.Pools.TryGetValue(name, out var pool)
            ? $"XenStoragePool {name} is not usable there: {pool.Reason}{Because(pool.Message)}"
            : $"it does not see XenStoragePool {FirstPool(inquiry, host)}");

    private static readonly HostFilter Networks = new(
        UnfitReason.NetworkNotReachable,
        (inquiry, host) => FirstNetwork(inquiry, host) is null,
        (inquiry, host) => FirstNetwork(inquiry, host) is { } name && host.Networks.TryGetValue(name, out var network)
            ? $"XenNetwork {name} is not usable there: {network.Reason}{Because(network.Message)}"
            : $"it does not see XenNetwork {FirstNetwork(inquiry, host)}");

    private static readonly HostFilter LocalDisk = new(
        UnfitReason.DiskOnAnotherHost,
        (inquiry, host) => inquiry.Request.LocalDisk is null || inquiry.Request.LastHost is not { } last || last == host.Name,
        (inquiry, _) => $"disk {inquiry.Request.LocalDisk} is known to be on {inquiry.Request.LastHost} only: it is not in a pool that is shared");

    private static readonly HostFilter AntiAffinity = new(
        UnfitReason.AntiAffinity,
        (inquiry, host) => inquiry.Rival(host) is null,
        (inquiry, host) => $"it holds {inquiry.Rival(host)!.Domain.Metadata.Name}, and one of the two asks to be apart (placement.antiAffinity)");

    private static readonly HostFilter Refusal = new(
        UnfitReason.Refused,
        (inquiry, host) => Refusals.Standing(inquiry.Request, host) is null,
        (inquiry, host) => Refusals.Explain(Refusals.Standing(inquiry.Request, host)!));

    private static readonly HostFilter Memory = new(
        UnfitReason.NotEnoughMemory,
        (inquiry, host) => inquiry.Request.Footprint is { } footprint && footprint.TotalKiB <= inquiry.AvailableKiB(host),
        WhyNotEnoughMemory);

    /// <summary>What people decided. Asked before <see cref="HostStanding"/>.</summary>
    public static HostFilter[] Wishes { get; } = [HostName, HostSelector];

    /// <summary>What the host is, has and holds. Asked after it.</summary>
    public static HostFilter[] Needs { get; } = [GuestType, Cpus, Storage, Networks, LocalDisk, AntiAffinity, Refusal, Memory];

    private static string Missing(IReadOnlyDictionary<string, string> wanted, IReadOnlyDictionary<string, string>? labels) => string.Join(
        ", ",
        wanted.Where(label => labels?.GetValueOrDefault(label.Key) != label.Value).OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"the label {label.Key}={label.Value}"));

    private static string Because(string? message) => string.IsNullOrEmpty(message) ? "" : $" ({message})";

    private static string? FirstPool(Inquiry inquiry, HostState host)
    {
        // Not by LINQ, here and below: it is asked of each host for each decision, and would allocate each time.
        foreach (var name in inquiry.Request.Pools)
        {
            if (!host.Pools.TryGetValue(name, out var pool) || !pool.Ready) return name;
        }

        return null;
    }

    private static string? FirstNetwork(Inquiry inquiry, HostState host)
    {
        foreach (var name in inquiry.Request.Networks)
        {
            if (!host.Networks.TryGetValue(name, out var network) || !network.Ready) return name;
        }

        return null;
    }

    private static string WhyNotEnoughMemory(Inquiry inquiry, HostState host)
    {
        if (inquiry.Request.Footprint is not { } footprint) return "the domain's memory size is not readable";
        var (kib, domains) = inquiry.ReservedForOthers(host);
        var reserved = domains == 0 ? "" : $", {RoundUp(kib)} of it reserved for {domains} domain{(domains == 1 ? "" : "s")} that will start there";
        return $"needs {RoundUp(footprint.TotalKiB)} ({RoundUp(footprint.GuestKiB)} and {RoundUp(footprint.OverheadKiB)} of overhead), free are {RoundDown(host.FreeKiB)}{reserved}";
    }

    // What is needed is rounded up and what is there down, so that no message says "needs 512Mi, free are 512Mi".
    private static string RoundUp(long kib) => string.Create(CultureInfo.InvariantCulture, $"{(kib + 1023) / 1024}Mi");

    private static string RoundDown(long kib) => string.Create(CultureInfo.InvariantCulture, $"{kib / 1024}Mi");
}
