using Reconciler.Api.Disks;
using Reconciler.Api.Nics;

namespace Reconciler.Api.Devices;

/// <summary>The defaults of devices, as the API server sets them from the schema.</summary>
public static class DeviceDefaults
{
    /// <summary>The spec with every default filled in. What is set stays; filling in twice changes nothing.</summary>
    public static VbdSpec WithDefaults(this VbdSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec with
        {
            Mode = spec.Mode ?? VbdMode.ReadWrite,
            Type = spec.Type ?? VbdType.Disk,
            Bootable = spec.Bootable ?? false,
            Source = spec.Source?.WithDefaults(),
            Shareable = spec.Shareable ?? false,
            Detach = spec.Detach.WithDefaults(),
        };
    }

    /// <inheritdoc cref="WithDefaults(VbdSpec)"/>
    public static VbdTemplate WithDefaults(this VbdTemplate template)
    {
        ArgumentNullException.ThrowIfNull(template);
        return VbdTemplate.Of(template.ToSpec("").WithDefaults());
    }

    /// <inheritdoc cref="WithDefaults(VbdSpec)"/>
    public static VifSpec WithDefaults(this VifSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec with
        {
            LinkState = spec.LinkState ?? Nics.LinkState.Up,
            LockedAddresses = spec.LockedAddresses is { } locked ? locked with { Mac = locked.Mac ?? true } : null,
            Detach = spec.Detach.WithDefaults(),
        };
    }

    /// <inheritdoc cref="WithDefaults(VbdSpec)"/>
    public static VifTemplate WithDefaults(this VifTemplate template)
    {
        ArgumentNullException.ThrowIfNull(template);
        return VifTemplate.Of(template.ToSpec("").WithDefaults());
    }

    private static VbdSource WithDefaults(this VbdSource source) => source with
    {
        Volume = source.Volume is { } volume
            ? volume with { Format = volume.Format ?? DiskFormat.Raw, Reclaim = volume.Reclaim ?? ReclaimPolicy.Retain }
            : null,
        File = source.File is { } file ? file with { Format = file.Format ?? DiskFormat.Raw } : null,
    };

    private static DetachSpec WithDefaults(this DetachSpec? detach) => new()
    {
        OnTimeout = detach?.OnTimeout ?? DetachTimeoutAction.Wait,
        TimeoutSeconds = detach?.TimeoutSeconds ?? DetachSpec.DefaultTimeoutSeconds,
    };
}
