namespace Reconciler.Api.Devices;

/// <summary>Something that a device has for itself.</summary>
public sealed record DeviceClaim
{
    /// <summary>
    /// What it is: volume/POOL/NAME or path/PATH of a disk's source, device/NAMESPACE/DOMAIN/DEVICE, index/NAMESPACE/DOMAIN/INDEX,
    /// mac/ADDRESS, network/NAME.
    /// </summary>
    public required string Resource { get; init; }

    /// <summary>Whether the device changes it; only readers get along with each other.</summary>
    public required bool Writable { get; init; }

    /// <summary>Whether the device gets along with others that say so too.</summary>
    public required bool Shareable { get; init; }

    /// <summary>Whether both can't be had at once.</summary>
    public bool Excludes(DeviceClaim other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Resource == other.Resource && (Writable || other.Writable) && !(Shareable && other.Shareable);
    }
}
