namespace Reconciler.Api.Devices;

/// <summary>What is to be written for a VBD or VIF. Done in this order: status, then finalizer and label together; or release, or delete, alone.</summary>
public sealed record DevicePlan
{
    public static DevicePlan Nothing { get; } = new();

    /// <summary>The operator's part of the status; null: as it is.</summary>
    public DeviceAssignment? Status { get; init; }

    /// <summary>Put <see cref="XenApi.ReleaseFinalizer"/> on it.</summary>
    public bool AddFinalizer { get; init; }

    /// <summary>Set <see cref="XenApi.HostLabel"/> to this; null: as it is.</summary>
    public string? HostLabel { get; init; }

    /// <summary>Take <see cref="XenApi.HostLabel"/> off.</summary>
    public bool RemoveHostLabel { get; init; }

    /// <summary>Take <see cref="XenApi.ReleaseFinalizer"/> off: it is being deleted, and no host has anything of it.</summary>
    public bool Release { get; init; }

    /// <summary>Delete the object: it was made from a template of a Domain that is gone.</summary>
    public bool Delete { get; init; }
}
