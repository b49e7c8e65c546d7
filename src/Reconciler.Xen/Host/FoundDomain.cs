namespace Reconciler.Xen.Host;

/// <summary>A domain that somebody else made, and what it is made of, in the words of a <see cref="DesiredDomain"/> as far as these reach.</summary>
public sealed record FoundDomain
{
    /// <summary>The UUID that Xen has for it, and its domid.</summary>
    public required DomainRef Ref { get; init; }

    public required string XenName { get; init; }

    public required DomainType Type { get; init; }

    /// <summary>It is paused, and does not run.</summary>
    public bool IsPaused { get; init; }

    /// <summary>The most virtual CPUs that it can have online.</summary>
    public required int Vcpus { get; init; }

    /// <summary>The memory that it was booted with, KiB.</summary>
    public required long MemoryKiB { get; init; }

    /// <summary>What it booted; null: not a kernel of dom0's, see <see cref="Unexpressed"/>.</summary>
    public DirectBoot? Boot { get; init; }

    /// <summary>When it was started, as whoever did it has noted; null: not noted.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Its disks, of no object.</summary>
    public ValueList<DesiredDisk> Disks { get; init => field = value ?? []; } = [];

    /// <summary>Its NICs, of no object.</summary>
    public ValueList<DesiredNic> Nics { get; init => field = value ?? []; } = [];

    /// <summary>Its configuration has it started again when it powers off.</summary>
    public bool RestartsAfterPoweroff { get; init; }

    /// <summary>Its configuration has it started again when it crashes.</summary>
    public bool RestartsAfterCrash { get; init; }

    /// <summary>What it has besides, and no <see cref="DesiredDomain"/> can have: in words, one each.</summary>
    public ValueList<string> Unexpressed { get; init => field = value ?? []; } = [];

    /// <summary>
    /// The mark that makes it <paramref name="domain"/>'s. What it was booted with is what was found. Of its devices, those are ours that are attached exactly
    /// as they should be; the others stay as they are, and nobody's.
    /// </summary>
    /// <param name="domain">What it should be.</param>
    /// <param name="now">When it is adopted.</param>
    /// <param name="realPath">Where a path in dom0 leads, links followed; itself where that is not known.</param>
    public DomainMark MarkFor(DesiredDomain domain, DateTimeOffset now, Func<string, string> realPath)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(realPath);
        ValueList<DesiredDisk> disks = [.. domain.Disks.Where(wanted => Disks.Any(found => IsSame(found, wanted, realPath)))];
        ValueList<DesiredNic> nics =
        [
            .. domain.Nics.SelectMany(wanted => Nics.Where(found => IsSame(found, wanted)).Select(found => found with { ObjectUid = wanted.ObjectUid, ObjectName = wanted.ObjectName, Mac = wanted.Mac })),
        ];
        return new DomainMark
        {
            Uuid = domain.Uuid,
            AdoptedUuid = Ref.Uuid,
            Namespace = domain.Namespace,
            Name = domain.Name,
            Generation = domain.Generation,
            BootedWith = domain with { Adopts = null, Vcpus = Vcpus, MemoryKiB = MemoryKiB, Boot = Boot ?? new DirectBoot(""), Disks = disks, Nics = nics },
            Devices = [.. disks.Select(disk => DeviceMark.Of(disk, now)), .. nics.Select(nic => DeviceMark.Of(nic, now))],
            CreatedAt = StartedAt ?? now,
            StartedAt = StartedAt ?? now,
        };
    }

    private static bool IsSame(DesiredDisk found, DesiredDisk wanted, Func<string, string> realPath) =>
        (found.DevId, found.Format, found.CdRom, found.ReadOnly || found.CdRom) == (wanted.DevId, wanted.Format, wanted.CdRom, wanted.ReadOnly || wanted.CdRom)
        && realPath(found.Path) == realPath(wanted.Path);

    /// <summary>What is behind a NIC can be changed later, while the guest has it; nothing else can.</summary>
    private static bool IsSame(DesiredNic found, DesiredNic wanted) =>
        string.Equals(found.Mac, wanted.Mac, StringComparison.OrdinalIgnoreCase)
        && (found with { ObjectUid = wanted.ObjectUid, Mac = wanted.Mac }).CanBecome(wanted);
}
