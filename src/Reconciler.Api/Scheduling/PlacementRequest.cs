using System.Collections.Immutable;
using Reconciler.Api.Devices;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Nics;
using Reconciler.Api.Scheduling.Moves;

namespace Reconciler.Api.Scheduling;

/// <summary>What a Domain asks of a host, read once for all hosts: from its spec and from its devices.</summary>
public sealed record PlacementRequest
{
    private PlacementRequest(Domain domain) => Domain = domain;

    public Domain Domain { get; }

    /// <summary>What it takes of a host's memory; null when its size is not readable.</summary>
    public MemoryFootprint? Footprint { get; private init; }

    /// <summary>The pools that its disks are in, by name.</summary>
    public ImmutableArray<string> Pools { get; private init; } = [];

    /// <summary>The networks that its NICs are on, by name.</summary>
    public ImmutableArray<string> Networks { get; private init; } = [];

    /// <summary>The host that had it last, or has it; null when none had.</summary>
    public string? LastHost { get; private init; }

    /// <summary>A disk whose data only its last host is known to have; null when there is none.</summary>
    public string? LocalDisk { get; private init; }

    internal string Identity { get; private init; } = "";

    internal string TypeName { get; private init; } = "";

    internal int Vcpus { get; private init; }

    internal LabelTerms? Required { get; private init; }

    internal LabelTerms? Preferred { get; private init; }

    /// <summary>For decisions at this time: refusals run out.</summary>
    internal DateTimeOffset Now { get; private init; }

    /// <param name="domain">The Domain; its spec has been validated.</param>
    /// <param name="vbds">The VBDs that name it; those of its templates may not exist yet.</param>
    /// <param name="vifs">The VIFs that name it, as well.</param>
    /// <param name="isShared">Whether all hosts see the same volumes in a pool.</param>
    /// <param name="now">When it is decided.</param>
    public static PlacementRequest Of(Domain domain, IEnumerable<Vbd> vbds, IEnumerable<Vif> vifs, Func<string, bool> isShared, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(isShared);
        var spec = domain.Spec;
        List<VbdSpec> disks = [.. (spec?.VbdTemplates ?? []).Select(template => template.ToSpec(domain.Metadata.Name ?? "")), .. vbds.Select(vbd => vbd.Spec).OfType<VbdSpec>()];
        var networks = (spec?.VifTemplates ?? []).Select(template => template.Network).Concat(vifs.Select(vif => vif.Spec?.Network).OfType<string>());
        return new PlacementRequest(domain)
        {
            Identity = DomainIdentity.Of(domain),
            Footprint = MemoryFootprint.Of(domain),
            TypeName = (spec?.Type ?? DomainType.PVH).ToString(),
            Vcpus = spec?.Cpu?.Vcpus ?? CpuSpec.DefaultVcpus,
            Pools = Names(disks.Select(disk => DeviceInfrastructure.PoolOf(disk.Source)).OfType<string>()),
            Networks = Names(networks),
            LastHost = NullIfEmpty(domain.Status?.Host) ?? NullIfEmpty(domain.Status?.Placement?.Host),
            LocalDisk = Mobility.IsUsersWord(domain) ? null : disks.Where(disk => IsLocal(disk.Source, isShared)).Select(disk => disk.Device).Order(StringComparer.Ordinal).FirstOrDefault(),
            Required = LabelTerms.Of(spec?.Placement?.AntiAffinity?.Required),
            Preferred = LabelTerms.Of(spec?.Placement?.AntiAffinity?.Preferred),
            Now = now,
        };
    }

    /// <summary>An image in a pool is the same wherever it is; a volume, a device and a file of a host are its own unless they are known to be shared.</summary>
    private static bool IsLocal(VbdSource? source, Func<string, bool> isShared) =>
        source is { BlockDevice: not null } or { File: not null } || (source?.Volume is { } volume && !isShared(volume.Pool));

    private static ImmutableArray<string> Names(IEnumerable<string> names) =>
        [.. names.Where(name => name.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
