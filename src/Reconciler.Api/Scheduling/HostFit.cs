using System.Globalization;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Scheduling;

/// <summary>Whether a host can take a domain: a chain of filters, the first that objects gives the reason.</summary>
/// <remarks>Pure. The files that a domain boots are not looked at here: only the agent of the host can see them.</remarks>
public static class HostFit
{
    private delegate FitVerdict? Filter(Candidate candidate);

    /// <summary>What the admin decides and what the domain asks for.</summary>
    private static readonly Filter[] Policy = [HostName, NameLength, Deletion, Schedulable, Ready];

    /// <summary>What the host is and has.</summary>
    private static readonly Filter[] Facts = [Reported, GuestType, Cpus, Memory];

    /// <summary>Whether a new domain may be placed on a host.</summary>
    public static FitVerdict CanPlace(Domain domain, XenHost host, Reservations reservations) =>
        FirstObjection([.. Policy, .. Facts], domain, host, reservations);

    /// <summary>
    /// Whether a host can run a domain that is placed on it already: the agent's second look before it starts one. What only concerns the
    /// choice of a host (schedulable, hostName) is left out.
    /// </summary>
    public static FitVerdict CanRun(Domain domain, XenHost host, Reservations reservations) =>
        FirstObjection(Facts, domain, host, reservations);

    /// <summary>Memory that a host has left for <paramref name="domain"/>: free, less what is reserved for others. KiB; may be negative.</summary>
    internal static long AvailableKiB(Domain domain, XenHost host, Reservations reservations) =>
        new Candidate(domain, host, reservations).AvailableKiB;

    private static FitVerdict FirstObjection(Filter[] filters, Domain domain, XenHost host, Reservations reservations)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(host);
        var candidate = new Candidate(domain, host, reservations);
        return filters.Select(filter => filter(candidate)).FirstOrDefault(verdict => verdict is not null) ?? candidate.Fits();
    }

    private static FitVerdict? HostName(Candidate c) =>
        c.Domain.Spec?.Placement?.HostName is not { } wanted || wanted == c.Name
            ? null
            : c.Objects(UnfitReason.HostNameMismatch, $"placement.hostName asks for {wanted}");

    private static FitVerdict? NameLength(Candidate c) =>
        c.Name.Length <= XenApi.MaximumHostNameLength
            ? null
            : c.Objects(UnfitReason.HostNameTooLong, $"its name has more than the {XenApi.MaximumHostNameLength} characters of a label's value");

    private static FitVerdict? Deletion(Candidate c) =>
        c.Host.Metadata.DeletionTimestamp is null ? null : c.Objects(UnfitReason.BeingDeleted, "it is being deleted");

    private static FitVerdict? Schedulable(Candidate c) =>
        HostPolicy.Unschedulable(c.Host) is { } why ? c.Objects(UnfitReason.Unschedulable, why) : null;

    private static FitVerdict? Ready(Candidate c)
    {
        var ready = c.Host.Status?.Conditions.Find(HostReadyCondition.Type);
        if (ready is null) return c.Objects(UnfitReason.NotReady, "its agent has not reported yet");
        return ready.Status == ConditionStatus.True
            ? null
            : c.Objects(UnfitReason.NotReady, $"not ready: {ready.Reason}{(ready.Message is { } message ? $" ({message})" : "")}");
    }

    private static FitVerdict? Reported(Candidate c) => c.Host.Status switch
    {
        { Memory: null } or { Cpus: null } or { GuestTypes: null } or null =>
            c.Objects(UnfitReason.NotReady, "its agent has not reported memory, CPUs and guest types yet"),
        { Memory.Free: var free } when !Quantity.TryParse(free, out _) =>
            c.Objects(UnfitReason.NotReady, $"its agent reported free memory that is no quantity: \"{free}\""),
        _ => null,
    };

    private static FitVerdict? GuestType(Candidate c)
    {
        var type = (c.Domain.Spec?.Type ?? DomainType.PVH).ToString();
        var types = c.Host.Status!.GuestTypes!;
        return types.Contains(type, StringComparer.Ordinal)
            ? null
            : c.Objects(UnfitReason.TypeNotSupported, $"it can't run {type} guests, only {(types.Count == 0 ? "none" : string.Join(", ", types))}");
    }

    private static FitVerdict? Cpus(Candidate c)
    {
        var vcpus = c.Domain.Spec?.Cpu?.Vcpus ?? CpuSpec.DefaultVcpus;
        return vcpus <= c.Host.Status!.Cpus
            ? null
            : c.Objects(UnfitReason.NotEnoughCpus, string.Create(CultureInfo.InvariantCulture, $"{vcpus} virtual CPUs, and it has {c.Host.Status.Cpus} CPUs"));
    }

    private static FitVerdict? Memory(Candidate c)
    {
        if (MemoryFootprint.Of(c.Domain.Spec) is not { } footprint)
            return c.Objects(UnfitReason.NotEnoughMemory, "the domain's memory size is not readable");
        if (footprint.TotalKiB <= c.AvailableKiB) return null;

        var reserved = c.Reserved.Count == 0
            ? ""
            : $", {RoundUp(c.ReservedKiB)} of it reserved for {c.Reserved.Count} domain{(c.Reserved.Count == 1 ? "" : "s")} that will start there";
        return c.Objects(
            UnfitReason.NotEnoughMemory,
            $"needs {RoundUp(footprint.TotalKiB)} ({RoundUp(footprint.GuestKiB)} and {RoundUp(footprint.OverheadKiB)} of overhead), free are {RoundDown(c.FreeKiB)}{reserved}");
    }

    // What is needed is rounded up and what is there down, so that no message says "needs 512Mi, free are 512Mi".
    private static string RoundUp(long kib) => string.Create(CultureInfo.InvariantCulture, $"{(kib + 1023) / 1024}Mi");

    private static string RoundDown(long kib) => string.Create(CultureInfo.InvariantCulture, $"{kib / 1024}Mi");

    private sealed class Candidate(Domain domain, XenHost host, Reservations reservations)
    {
        public Domain Domain => domain;

        public XenHost Host => host;

        public string Name => host.Metadata.Name ?? "";

        public IReadOnlyList<Reservation> Reserved { get; } = reservations.On(host.Metadata.Name ?? "", domain);

        public long ReservedKiB => Reserved.Sum(reservation => reservation.KiB);

        public long FreeKiB => Quantity.TryParse(host.Status?.Memory?.Free, out var free) ? free.KiB : 0;

        public long AvailableKiB => FreeKiB - ReservedKiB;

        public FitVerdict Fits() => new(Name, null, "");

        public FitVerdict Objects(UnfitReason reason, string message) => new(Name, reason, message);
    }
}
