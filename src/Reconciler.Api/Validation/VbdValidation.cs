using Reconciler.Api.Disks;

namespace Reconciler.Api.Validation;

/// <summary>What a VBD must fulfil by itself before anything acts on it; the schema says the same.</summary>
/// <remarks>Pure: neither other objects nor the host are looked at.</remarks>
public static class VbdValidation
{
    /// <summary>Every field that is wrong, in the order of the manifest; empty when the VBD is acceptable.</summary>
    public static IReadOnlyList<FieldError> Validate(Vbd vbd)
    {
        ArgumentNullException.ThrowIfNull(vbd);
        return vbd.Spec is null
            ? [new FieldError("spec", null, "a VBD needs a spec", "Give at least spec.domain, spec.device and spec.source")]
            : [.. new[] { FieldRules.ObjectName("spec.domain", vbd.Spec.Domain, "Domain") }.OfType<FieldError>(), .. Validate(vbd.Spec, "spec")];
    }

    /// <summary>All but the domain, for a template too.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="path">Of the spec: <c>spec</c>, or <c>spec.vbdTemplates[xvda]</c>.</param>
    internal static IEnumerable<FieldError> Validate(VbdSpec spec, string path)
    {
        IEnumerable<FieldError?> errors =
        [
            Device($"{path}.device", spec.Device),
            FieldRules.Known($"{path}.mode", spec.Mode),
            FieldRules.Known($"{path}.type", spec.Type),
            .. Source(spec, $"{path}.source"),
            Shared(spec, $"{path}.shareable"),
            .. DetachValidation.Validate(spec.Detach, $"{path}.detach"),
        ];
        return errors.OfType<FieldError>();
    }

    private static FieldError? Device(string field, string? device) => VbdDevice.TryParse(device, out _) ? null : new FieldError(
        field, device, "not the name of a virtual disk", "Use xvda to xvdz, or xvdaa to xvdzz");

    private static IEnumerable<FieldError?> Source(VbdSpec spec, string path)
    {
        var isDrive = spec.Type == VbdType.CDROM;
        if (spec.Source is not { } source)
        {
            return isDrive ? [] : [new FieldError(path, null, "a Disk needs a source", "Give one of volume, blockDevice and file; or set type to CDROM for an empty drive")];
        }

        string[] given = [.. Given(source)];
        if (given.Length != 1)
        {
            return
            [
                new FieldError(
                    path,
                    given.Length == 0 ? "" : string.Join(" and ", given),
                    "exactly one kind of source must be given",
                    "Keep one of volume, blockDevice, file and iso"),
            ];
        }

        return
        [
            .. source.Volume is { } volume ? VolumeValidation.Validate(volume, $"{path}.volume") : [],
            source.BlockDevice is { } device ? FieldRules.HostPath($"{path}.blockDevice.path", device.Path ?? "", "such as /dev/disk/by-id/wwn-0x5000", "block device") : null,
            source.File is { } file ? FieldRules.HostPath($"{path}.file.path", file.Path ?? "", "such as /srv/images/web.img") : null,
            FieldRules.Known($"{path}.file.format", source.File?.Format),
            .. source.Iso is { } iso ? VolumeValidation.Validate(iso, $"{path}.iso") : [],
            Fits(source, isDrive, path),
        ];
    }

    private static IEnumerable<string> Given(VbdSource source)
    {
        if (source.Volume is not null) yield return "volume";
        if (source.BlockDevice is not null) yield return "blockDevice";
        if (source.File is not null) yield return "file";
        if (source.Iso is not null) yield return "iso";
    }

    private static FieldError? Fits(VbdSource source, bool isDrive, string path) => (isDrive, source) switch
    {
        (false, { Iso: not null }) => new FieldError($"{path}.iso", source.Iso.Name, "only a CDROM takes an ISO image", "Set type to CDROM, or use another source"),
        (true, { Volume: not null }) => new FieldError($"{path}.volume", source.Volume.Name, "a CDROM takes no volume", "Use iso, blockDevice or file, or set type to Disk"),
        (true, { File.Format: DiskFormat.Qcow2 }) => new FieldError($"{path}.file.format", "Qcow2", "a CDROM takes no Qcow2 image", "Use a Raw one"),
        _ => null,
    };

    private static FieldError? Shared(VbdSpec spec, string field) =>
        spec.Shareable == true && spec.Mode != VbdMode.ReadOnly
        && (spec.Source?.Volume?.Format == DiskFormat.Qcow2 || spec.Source?.File?.Format == DiskFormat.Qcow2)
            ? new FieldError(field, "true", "two writers destroy a Qcow2 image", "Use a Raw one, or set mode to ReadOnly")
            : null;
}
