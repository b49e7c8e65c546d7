using Reconciler.Api.Disks;

namespace Reconciler.Api.Validation;

/// <summary>Volumes and images that a disk names.</summary>
internal static class VolumeValidation
{
    public static IEnumerable<FieldError?> Validate(VolumeSource volume, string path) =>
    [
        FieldRules.ObjectName($"{path}.pool", volume.Pool, "XenStoragePool"),
        Name($"{path}.name", volume.Name),
        FieldRules.Known($"{path}.format", volume.Format),
        .. volume.Create is { } create ? Create(volume, create, $"{path}.create") : [],
        FieldRules.Known($"{path}.reclaim", volume.Reclaim),
    ];

    public static IEnumerable<FieldError?> Validate(IsoSource iso, string path) =>
        [FieldRules.ObjectName($"{path}.pool", iso.Pool, "XenStoragePool"), Name($"{path}.name", iso.Name)];

    private static IEnumerable<FieldError?> Create(VolumeSource volume, VolumeCreate create, string path)
    {
        yield return FieldRules.Quantity($"{path}.size", create.Size ?? "", VolumeCreate.MinimumBytes, "10Gi");
        if (create.From is not { } from) yield break;

        if (from.Volume is null == from.Http is null)
        {
            yield return new FieldError(
                $"{path}.from", from.Volume is null ? "" : "volume and http", "exactly one origin must be given", "Keep one of volume and http, or leave from out for an empty volume");
            yield break;
        }

        if (from.Volume is { } other)
        {
            yield return Name($"{path}.from.volume.name", other.Name);
            if (other.Pool is not null) yield return FieldRules.ObjectName($"{path}.from.volume.pool", other.Pool, "XenStoragePool");
            if (other.Name == volume.Name && (other.Pool ?? volume.Pool) == volume.Pool)
                yield return new FieldError($"{path}.from.volume.name", other.Name, "a volume can't be made from itself", "Name another volume");
        }

        if (from.Http is { } http)
        {
            yield return FieldRules.Matches(
                $"{path}.from.http.url", http.Url, HttpOrigin.UrlPattern, HttpOrigin.MaximumUrlLength,
                "not a URL that can be fetched", "Give one that begins with https:// or http://");
            yield return FieldRules.Matches(
                $"{path}.from.http.sha256", http.Sha256, HttpOrigin.Sha256Pattern, 64,
                "not a SHA-256", "Give the 64 lower-case hexadecimal digits that sha256sum prints");
        }
    }

    private static FieldError? Name(string field, string? name) => FieldRules.Matches(
        field, name, VolumeSource.NamePattern, VolumeSource.MaximumNameLength,
        "not the name of a volume: letters, digits and _ . : @ = + -, the first a letter, a digit or _",
        $"Give a name of at most {VolumeSource.MaximumNameLength} such characters, without a directory");
}
