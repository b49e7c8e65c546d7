using Reconciler.Api.Domains;
using Reconciler.Api;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.Mapping;

/// <summary>
/// From what one pass found to the status: exactly the fields that the agent owns. Pure; all conditions are computed here, at the end of a
/// pass, from observed facts, and none is carried over but for the time of its last transition.
/// </summary>
internal static class DomainStatusMapping
{
    public const string CleanShutdown = "CleanShutdown";

    /// <summary>The operation that is in status before a guest is forced off, so that a crash in between does not hide it.</summary>
    public const string HardShutdown = "HardShutdown";

    public static DomainStatus ToStatus(DomainFindings f)
    {
        var domain = f.Domain is { Ownership: DomainOwnership.Ours } ours ? ours : null;
        var powerState = PowerStates.Of(f.Observed, f.Domain);
        return new DomainStatus
        {
            ObservedGeneration = f.Object.Metadata.Generation,
            Conditions = DomainConditions.Compute(f, powerState),
            Vacated = f.HasVacated ? new DomainVacated { Host = f.Leaving!.From, Since = f.Leaving.Since } : null,
            Refusal = f.Refusal,
            PowerState = powerState,
            Domid = domain?.Domid,
            CreatedAt = domain?.Mark?.CreatedAt,
            StartedAt = Clock.WholeSeconds(domain?.Mark?.StartedAt),
            RanOn = domain?.Mark?.StartedAt is null ? f.Object.Status?.RanOn : f.Object.Status?.Host,
            Adoption = AdoptionOf(f, domain),
            Memory = domain is null ? null : Quantity.FromKiB(domain.MemoryKiB).ToString(),
            Vcpus = domain?.Vcpus,
            IpAddresses = IpAddressesOf(domain),
            CurrentOperations = CurrentOperations(f),
            AllowedOperations = PowerStates.AllowedOperations(powerState),
            LastExit = ExitMapping.ToStatus(f.Exit),
            LastShutdown = f.LastShutdown,
        };
    }

    /// <summary>What the guest says of all its NICs. What it said is in xenstore until it is destroyed: after its end it is nobody's address.</summary>
    private static IReadOnlyList<string>? IpAddressesOf(ObservedDomain? domain)
    {
        if (domain is not { State: RunState.Running or RunState.Paused }) return null;
        IReadOnlyList<string> addresses =
        [
            .. domain.Devices.Where(d => d is { Ref.Kind: DeviceKind.Vif, IsGone: false }).OrderBy(d => d.Ref.DevId)
                .SelectMany(d => d.Addresses).Distinct(StringComparer.Ordinal).Take(DomainStatus.MaximumIpAddresses),
        ];
        return addresses.Count > 0 ? addresses : null;
    }

    /// <summary>What the mark of an adopted domain says; kept when that domain has long been followed by others.</summary>
    private static AdoptionStatus? AdoptionOf(DomainFindings f, ObservedDomain? domain)
    {
        var before = f.Object.Status?.Adoption;
        if (domain?.Mark?.AdoptedUuid?.ToString() is not { } uuid || before?.Uuid == uuid) return before;
        return new AdoptionStatus { Uuid = uuid, Name = f.Object.Spec?.Adopt?.Name ?? domain.XenName ?? "", Domid = domain.Domid, At = Clock.WholeSeconds(f.Now) };
    }

    /// <summary>
    /// What is going on, in xapi's words. An operation keeps the time at which it was first said.
    /// </summary>
    private static IReadOnlyList<CurrentOperation>? CurrentOperations(DomainFindings f)
    {
        if (f.Plan is null)
            return null;
        if (f.Plan.Steps.Any(s => s is Step.Destroy { Cause: DestroyCause.GracePeriodExpired }))
            return [Operation(f, CleanShutdown, f.Domain?.Mark?.ShutdownRequestedAt ?? f.Now), Operation(f, HardShutdown, f.Now)];
        return f.Plan.Wait switch
        {
            { Reason: WaitReason.ShuttingDown } w => [Operation(f, CleanShutdown, w.Since, w.Deadline)],
            { Reason: WaitReason.ShutdownOverdue } w => [Operation(f, CleanShutdown, w.Since)],
            { Reason: WaitReason.TearingDown } w => [Operation(f, "Destroy", w.Since)],
            { Reason: WaitReason.RestartBackoff } w => [Operation(f, "Restart", w.Since, w.Deadline)],
            _ => null,
        };
    }

    private static CurrentOperation Operation(DomainFindings f, string name, DateTimeOffset since, DateTimeOffset? deadline = null) => new()
    {
        Name = name,
        Since = f.Object.Status?.CurrentOperations?.FirstOrDefault(o => o.Name == name)?.Since ?? Clock.WholeSeconds(since),
        Deadline = Clock.WholeSeconds(deadline),
    };
}
