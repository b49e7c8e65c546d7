using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Worker.Protocol;

/// <summary>The outcome of one operation; what it does not yield is null.</summary>
internal sealed record WorkerReply
{
    public required long Id { get; init; }

    public WorkerError? Error { get; init; }

    /// <summary>Of describe.</summary>
    public HostReport? Host { get; init; }

    /// <summary>Of observe.</summary>
    public DomainsReport? Domains { get; init; }

    /// <summary>Of inspect; null: it is not there any more, is not somebody else's, or does not run.</summary>
    public FoundDomain? Found { get; init; }

    /// <summary>Of create-paused.</summary>
    public int? Domid { get; init; }
}

/// <summary>What the hypervisor says of itself. KiB.</summary>
internal sealed record HostReport(
    string XenVersion, bool RunsHvm, bool RunsPv, int Cpus, long TotalMemoryKiB, long FreeMemoryKiB, int NumaNodes, IReadOnlyList<NumaNode> Numa, IReadOnlyList<string> Capabilities, string? CpuFeatures);

/// <param name="All">Every domain but domain 0, by the UUID that Xen has for it.</param>
/// <param name="Details">Those that were asked for.</param>
/// <param name="Busy">A process is at work on the uuid that was asked for.</param>
/// <param name="Ports">Where the NICs of ours of the uuid that was asked for are; of those alone that have an interface.</param>
internal sealed record DomainsReport(IReadOnlyList<DomainRef> All, IReadOnlyList<ObservedDomain> Details, bool Busy, IReadOnlyList<SeenPort>? Ports = null);

/// <summary>Where the interface in dom0 of one NIC is.</summary>
internal sealed record SeenPort(int Domid, int Index, NicPort Port);
