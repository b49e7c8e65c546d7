using Reconciler.Agent.Hosts;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Mapping;

/// <summary>From what the host shows to the status of its XenHost. Pure.</summary>
internal static class XenHostStatusMapping
{
    /// <param name="look">What was seen.</param>
    /// <param name="agentVersion">The version of this program.</param>
    /// <param name="before">The status so far: while the host can't be asked, its last facts stay, and Ready says so.</param>
    /// <param name="now">The time.</param>
    public static XenHostStatus ToStatus(HostLook look, string agentVersion, XenHostStatus? before, DateTimeOffset now)
    {
        var ready = look.Failure is { } failure
            ? (before?.Conditions).Next(HostReadyCondition.Type, ConditionStatus.False, Reason(failure), failure.Message, null, now)
            : look.IsStopping
            ? (before?.Conditions).Next(HostReadyCondition.Type, ConditionStatus.False, HostReadyCondition.HostStopping, "The host is stopping: its domains are shut down, and none is started.", null, now)
            : (before?.Conditions).Next(HostReadyCondition.Type, ConditionStatus.True, HostReadyCondition.Ready, "Hypervisor, xenstored and toolstack answer.", null, now);
        Condition[] conditions = [.. new[] { ready, Service(look, before, now), SplitBrain(look, before, now) }.OfType<Condition>()];
        if (look.Facts is not { } facts)
            return (before ?? new XenHostStatus()) with
            {
                Conditions = conditions, AgentVersion = agentVersion, StoragePools = look.StoragePools ?? before?.StoragePools, Networks = look.Networks ?? before?.Networks,
            };

        var total = Quantity.FromKiB(facts.TotalMemoryKiB).ToString();
        var free = Quantity.FromKiB(facts.FreeMemoryKiB).ToString();
        return new XenHostStatus
        {
            Conditions = conditions,
            XenVersion = facts.XenVersion,
            AgentVersion = agentVersion,
            Toolstack = facts.Toolstack ?? facts.Adapter,
            GuestTypes = [.. facts.GuestTypes.Select(t => t.ToString().ToUpperInvariant()).Order(StringComparer.Ordinal)],
            Cpus = facts.Cpus,
            Capabilities = facts.Capabilities,
            NumaNodes = facts.NumaNodes == 0 ? null : facts.NumaNodes,
            Numa = facts.Numa.Count is 0 or > XenHostStatus.MaximumNumaNodes
                ? null
                : [.. facts.Numa.Select(node => new HostNumaNode { Id = node.Id, Memory = Quantity.FromKiB(node.MemoryKiB).ToString(), Cpus = node.Cpus })],
            CpuFeatures = facts.CpuFeatures,
            // Measured at: the first time that these figures were seen; an idle host writes nothing.
            Memory = before?.Memory is { MeasuredAt: not null } memory && memory.Total == total && memory.Free == free
                ? memory
                : new HostMemory { Total = total, Free = free, MeasuredAt = now },
            BootId = facts.BootId,
            StoragePools = look.StoragePools ?? before?.StoragePools,
            Networks = look.Networks ?? before?.Networks,
            Adoptable = AdoptableMapping.ToStatus(look.Adoptable),
            Domains = new HostDomains
            {
                Ours = look.Domains.Count(d => d.Ownership != DomainOwnership.Foreign),
                Foreign = look.Domains.Count(d => d.Ownership == DomainOwnership.Foreign),
            },
        };
    }

    /// <summary>Of a status as read, what the agent owns.</summary>
    public static XenHostStatus? AgentsPart(XenHostStatus? status) => status is null ? null : status with
    {
        Conditions = [.. (status.Conditions ?? []).Where(condition => condition.Type is HostReadyCondition.Type or HostServiceCondition.Type or SplitBrainCondition.Type)],
        Node = null,
        Maintenance = null,
    };

    /// <summary>While the host can't be asked, what was said of its service stays.</summary>
    private static Condition? Service(HostLook look, XenHostStatus? before, DateTimeOffset now) => look.Service is not { } service
        ? look.Failure is null ? null : before?.Conditions.Find(HostServiceCondition.Type)
        : (before?.Conditions).Next(HostServiceCondition.Type, ConditionStatus.Of(service.Reason == HostServiceCondition.Active), service.Reason, service.Message, null, now);

    private static Condition? SplitBrain(HostLook look, XenHostStatus? before, DateTimeOffset now) => look.Strays.Count == 0 ? null : (before?.Conditions).Next(
        SplitBrainCondition.Type, ConditionStatus.True, SplitBrainCondition.HeldElsewhere,
        $"Paused here, and held by other hosts by now: {string.Join(", ", look.Strays.Select(stray => $"{stray.Domain} (by {stray.Holder})"))}. "
        + "Two copies may have written to the same disks. Decide which is the good one, and end the other (xl destroy)",
        null, now);

    private static string Reason(XenException e) => e.Operation switch
    {
        _ when e.Message.Contains("/dev/xen", StringComparison.Ordinal) => HostReadyCondition.HypervisorUnavailable,
        _ when e.Operation.Contains("xenstore", StringComparison.Ordinal) => HostReadyCondition.XenstoreUnavailable,
        _ => HostReadyCondition.ToolstackUnavailable,
    };
}
