using System.Globalization;
using Reconciler.Api.Disks;
using Reconciler.Api.Nics;

namespace Reconciler.Api.Devices;

/// <summary>What devices ask to have for themselves, anywhere in the cluster.</summary>
/// <remarks>
/// Names are compared and not what is behind them: one path on two hosts counts as one source, because it may be shared storage. That
/// two names lead to one file, an agent finds out where the file is.
/// </remarks>
public static class DeviceClaims
{
    private const string VolumePrefix = "volume/";
    private const string NetworkPrefix = "network/";

    /// <summary>Its source, if any, and its device name.</summary>
    public static IReadOnlyList<DeviceClaim> Of(Vbd vbd)
    {
        ArgumentNullException.ThrowIfNull(vbd);
        if (vbd.Spec is not { } spec) return [];
        var device = Exclusive($"device/{vbd.Metadata.Namespace}/{spec.Domain}/{spec.Device}");
        return Source(spec.Source) is { } source
            ? [device, new DeviceClaim { Resource = source, Writable = IsWritable(spec), Shareable = spec.Shareable == true }]
            : [device];
    }

    /// <summary>Its index, its MAC address, and a place on its network, where there is room for all.</summary>
    public static IReadOnlyList<DeviceClaim> Of(Vif vif)
    {
        ArgumentNullException.ThrowIfNull(vif);
        if (vif.Spec is not { } spec) return [];
        var index = Exclusive(string.Create(CultureInfo.InvariantCulture, $"index/{vif.Metadata.Namespace}/{spec.Domain}/{spec.Index}"));
        var network = new DeviceClaim { Resource = $"{NetworkPrefix}{spec.Network}", Writable = false, Shareable = true };
        return MacAddress.Of(vif) is { } mac ? [index, network, Exclusive($"mac/{mac}")] : [index, network];
    }

    /// <summary>The claim by which a device is what it is in its Domain: on a device name or an index.</summary>
    public static DeviceClaim? Identity(IEnumerable<DeviceClaim> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return claims.FirstOrDefault(claim => claim.Resource.StartsWith("device/", StringComparison.Ordinal) || claim.Resource.StartsWith("index/", StringComparison.Ordinal));
    }

    /// <summary>The name of the Domain in the claim that <see cref="Identity"/> finds; null when there is none.</summary>
    public static string? DomainOf(IEnumerable<DeviceClaim> claims) => Identity(claims)?.Resource.Split('/') is [_, _, { Length: > 0 } domain, _] ? domain : null;

    /// <summary>The pool of a claim on a volume; null of other claims.</summary>
    public static string? PoolOf(DeviceClaim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        if (!claim.Resource.StartsWith(VolumePrefix, StringComparison.Ordinal)) return null;
        var name = claim.Resource[VolumePrefix.Length..];
        return name[..name.IndexOf('/', StringComparison.Ordinal)];
    }

    /// <summary>The network of a claim on a place there; null of other claims.</summary>
    public static string? NetworkOf(DeviceClaim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return claim.Resource.StartsWith(NetworkPrefix, StringComparison.Ordinal) ? claim.Resource[NetworkPrefix.Length..] : null;
    }

    private static bool IsWritable(VbdSpec spec) => spec.Type != VbdType.CDROM && spec.Mode != VbdMode.ReadOnly;

    private static string? Source(VbdSource? source) => source switch
    {
        { Volume: { } volume } => $"{VolumePrefix}{volume.Pool}/{volume.Name}",
        { Iso: { } iso } => $"{VolumePrefix}{iso.Pool}/{iso.Name}",
        { BlockDevice.Path: { } path } => $"path{Normal(path)}",
        { File.Path: { } path } => $"path{Normal(path)}",
        _ => null,
    };

    /// <summary>Without empty, "." and ".." segments: another way to write the name is not another file.</summary>
    private static string Normal(string path)
    {
        var segments = new List<string>();
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == ".") continue;
            if (segment != "..") segments.Add(segment);
            else if (segments.Count > 0) segments.RemoveAt(segments.Count - 1);
        }

        return $"/{string.Join('/', segments)}";
    }

    private static DeviceClaim Exclusive(string resource) => new() { Resource = resource, Writable = true, Shareable = false };
}
