using System.Globalization;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Scheduling;

/// <summary>The filters, in the order in which they are asked: what people decided, then what the host is, has and holds.</summary>
internal static class HostFilters
{
    private static readonly HostFilter HostName = new(
        UnfitReason.HostNameMismatch,
        (request, host) => Placement(request)?.HostName is not { } wanted || wanted == host.Name,
        (request, _) => $"placement.hostName asks for {Placement(request)!.HostName}");

    private static readonly HostFilter HostSelector = new(
        UnfitReason.HostSelectorMismatch,
        (request, host) => Placement(request)?.HostSelector is not { } wanted || LabelSelector.Match(wanted, host.Host!.Metadata.Labels),
        (request, host) => $"it lacks {Missing(Placement(request)!.HostSelector!, host.Host!.Metadata.Labels)}, which placement.hostSelector asks for");

    private static readonly HostFilter NameLength = new(
        UnfitReason.HostNameTooLong,
        (_, host) => host.Name.Length <= XenApi.MaximumHostNameLength,
        (_, _) => $"its name has more than the {XenApi.MaximumHostNameLength} characters of a label's value");

    private static readonly HostFilter Deletion = new(
        UnfitReason.BeingDeleted, (_, host) => host.Host!.Metadata.DeletionTimestamp is null, (_, _) => "it is being deleted");

    private static readonly HostFilter Schedulable = new(
        UnfitReason.Unschedulable, (_, host) => HostPolicy.Unschedulable(host.Host!) is null, (_, host) => HostPolicy.Unschedulable(host.Host!)!);

    private static readonly HostFilter Ready = new(UnfitReason.NotReady, (_, host) => host.IsReady, (_, host) => WhyNotReady(host));

    private static readonly HostFilter Reported = new(
        UnfitReason.NotReady,
        (_, host) => host.IsMeasured && host.Host!.Status is { Cpus: not null, GuestTypes: not null },
        (_, host) => host.Host!.Status is { Cpus: not null, GuestTypes: not null, Memory.Free: var free }
            ? $"its agent reported free memory that is no quantity: \"{free}\""
            : "its agent has not reported memory, CPUs and guest types yet");

    private static readonly HostFilter GuestType = new(
        UnfitReason.TypeNotSupported,
        (request, host) => host.GuestTypes.Contains(request.TypeName),
        (request, host) => $"it can't run {request.TypeName} guests, only {(host.Host!.Status!.GuestTypes is { Count: > 0 } types ? string.Join(", ", types) : "none")}");

    private static readonly HostFilter Cpus = new(
        UnfitReason.NotEnoughCpus,
        (request, host) => request.Vcpus <= host.Host!.Status!.Cpus,
        (request, host) => string.Create(CultureInfo.InvariantCulture, $"{request.Vcpus} virtual CPUs, and it has {host.Host!.Status!.Cpus} CPUs"));

    private static readonly HostFilter Storage = new(
        UnfitReason.PoolNotReachable,
        (request, host) => request.Pools.IsEmpty || FirstPool(request, host) is null,
        (request, host) => FirstPool(request, host) is { } name && host.Pools.TryGetValue(name, out var pool)
            ? $"XenStoragePool {name} is not usable there: {pool.Reason}{Because(pool.Message)}"
            : $"it does not see XenStoragePool {FirstPool(request, host)}");

    private static readonly HostFilter Networks = new(
        UnfitReason.NetworkNotReachable,
        (request, host) => request.Networks.IsEmpty || FirstNetwork(request, host) is null,
        (request, host) => FirstNetwork(request, host) is { } name && host.Networks.TryGetValue(name, out var network)
            ? $"XenNetwork {name} is not usable there: {network.Reason}{Because(network.Message)}"
            : $"it does not see XenNetwork {FirstNetwork(request, host)}");

    private static readonly HostFilter LocalDisk = new(
        UnfitReason.DiskOnAnotherHost,
        (request, host) => request.LocalDisk is null || request.LastHost is null || request.LastHost == host.Name,
        (request, _) => $"disk {request.LocalDisk} is known to be on {request.LastHost} only: it is not in a pool that is shared");

    private static readonly HostFilter AntiAffinity = new(
        UnfitReason.AntiAffinity,
        (request, host) => Scheduling.AntiAffinity.Rival(request, host) is null,
        (request, host) => $"it holds {Scheduling.AntiAffinity.Rival(request, host)!.Domain.Metadata.Name}, and one of the two asks to be apart (placement.antiAffinity)");

    private static readonly HostFilter Refusal = new(
        UnfitReason.Refused,
        (request, host) => Refusals.Standing(request, host) is null,
        (request, host) => Refusals.Explain(Refusals.Standing(request, host)!));

    private static readonly HostFilter Memory = new(
        UnfitReason.NotEnoughMemory,
        (request, host) => request.Footprint is { } footprint && footprint.TotalKiB <= HostFit.AvailableKiB(request, host),
        WhyNotEnoughMemory);

    public static HostFilter[] All { get; } =
    [
        HostName, HostSelector, NameLength, Deletion, Schedulable, Ready, Reported, GuestType, Cpus, Storage, Networks, LocalDisk, AntiAffinity, Refusal, Memory,
    ];

    private static PlacementSpec? Placement(PlacementRequest request) => request.Domain.Spec?.Placement;

    private static string Missing(IReadOnlyDictionary<string, string> wanted, IReadOnlyDictionary<string, string>? labels) => string.Join(
        ", ",
        wanted.Where(label => labels?.GetValueOrDefault(label.Key) != label.Value).OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"the label {label.Key}={label.Value}"));

    private static string WhyNotReady(HostState host)
    {
        if (host.Host!.Status?.Conditions.Find(HostReadyCondition.Type) is not { } ready) return "its agent has not reported yet";
        return $"not ready: {ready.Reason}{(ready.Message is { } message ? $" ({message})" : "")}";
    }

    private static string Because(string? message) => string.IsNullOrEmpty(message) ? "" : $" ({message})";

    private static string? FirstPool(PlacementRequest request, HostState host)
    {
        // Not by LINQ, here and below: it is asked of each host for each decision, and would allocate each time.
        foreach (var name in request.Pools)
        {
            if (!host.Pools.TryGetValue(name, out var pool) || !pool.Ready) return name;
        }

        return null;
    }

    private static string? FirstNetwork(PlacementRequest request, HostState host)
    {
        foreach (var name in request.Networks)
        {
            if (!host.Networks.TryGetValue(name, out var network) || !network.Ready) return name;
        }

        return null;
    }

    private static string WhyNotEnoughMemory(PlacementRequest request, HostState host)
    {
        if (request.Footprint is not { } footprint) return "the domain's memory size is not readable";
        var (kib, domains) = HostFit.ReservedForOthers(request, host);
        var reserved = domains == 0 ? "" : $", {RoundUp(kib)} of it reserved for {domains} domain{(domains == 1 ? "" : "s")} that will start there";
        return $"needs {RoundUp(footprint.TotalKiB)} ({RoundUp(footprint.GuestKiB)} and {RoundUp(footprint.OverheadKiB)} of overhead), free are {RoundDown(host.FreeKiB)}{reserved}";
    }

    // What is needed is rounded up and what is there down, so that no message says "needs 512Mi, free are 512Mi".
    private static string RoundUp(long kib) => string.Create(CultureInfo.InvariantCulture, $"{(kib + 1023) / 1024}Mi");

    private static string RoundDown(long kib) => string.Create(CultureInfo.InvariantCulture, $"{kib / 1024}Mi");
}
