using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Hosts;

/// <summary>A domain that Reconciler did not make, that runs on a host whose policy lets it be adopted, and what it is made of. kubectl xen adopt makes a Domain of it.</summary>
[Atomic]
public sealed record HostAdoptable
{
    /// <summary>Its name in xl list.</summary>
    public required string Name { get; init; }

    /// <summary>The UUID that Xen has for it.</summary>
    public required string Uuid { get; init; }

    /// <summary>Its domid on the host.</summary>
    public required int Domid { get; init; }

    /// <summary>How it is virtualised; not set: in a way that no Domain can be (HVM).</summary>
    public DomainType? Type { get; init; }

    /// <summary>Whether it runs, or is paused.</summary>
    public required PowerState PowerState { get; init; }

    /// <summary>The most virtual CPUs that it can have online.</summary>
    public required int Vcpus { get; init; }

    /// <summary>The memory that it was booted with, as a quantity.</summary>
    public required string Memory { get; init; }

    /// <summary>The kernel of the host that it booted; not set: it booted none.</summary>
    public string? Kernel { get; init; }

    /// <summary>The ramdisk of the host that it booted, if any.</summary>
    public string? Ramdisk { get; init; }

    /// <summary>The command line of its kernel.</summary>
    public string? Cmdline { get; init; }

    /// <summary>What follows when it ends by itself, as who made it has it.</summary>
    public RestartPolicy? RestartPolicy { get; init; }

    /// <summary>Its disks, as far as a Domain can have them.</summary>
    public IReadOnlyList<HostAdoptableDisk>? Disks { get; init; }

    /// <summary>Its NICs, as far as a Domain can have them.</summary>
    public IReadOnlyList<HostAdoptableNic>? Nics { get; init; }

    /// <summary>What it has besides, and no Domain can have.</summary>
    public IReadOnlyList<string>? NotExpressed { get; init; }
}
