using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Api.Validation;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Devices;

/// <summary>Whether the pool or network that a device names is there and can hold it.</summary>
/// <remarks>One that is being deleted takes no more devices; those that have claims already keep it until they are gone.</remarks>
public static class DeviceInfrastructure
{
    /// <summary>The pool that a VBD names; null when it names none.</summary>
    public static string? PoolOf(Vbd vbd)
    {
        ArgumentNullException.ThrowIfNull(vbd);
        return PoolOf(vbd.Spec?.Source);
    }

    /// <summary>The pool of a source; null when it is in none.</summary>
    public static string? PoolOf(VbdSource? source) => source?.Volume?.Pool ?? source?.Iso?.Pool;

    /// <param name="vbd">A VBD whose spec is valid.</param>
    /// <param name="pool">The pool that it names, if it names one and it exists.</param>
    /// <returns>Null when nothing stands against it.</returns>
    public static Objection? Missing(Vbd vbd, XenStoragePool? pool)
    {
        ArgumentNullException.ThrowIfNull(vbd);
        if (PoolOf(vbd) is not { } name) return null;
        var holds = vbd.Status?.Claims?.Any(claim => DeviceClaims.PoolOf(claim) == name) == true;
        if (!IsOffered(pool, holds))
            return new Objection(DeviceAcceptedCondition.PoolNotFound, $"There is no XenStoragePool {name}{(pool?.Metadata.DeletionTimestamp is null ? "" : " any more: it is being deleted")}");

        var errors = XenStoragePoolValidation.Validate(pool!);
        if (errors.Count > 0) return new Objection(DeviceAcceptedCondition.PoolNotUsable, $"XenStoragePool {name} is not accepted: {string.Join(" ", errors)}");
        return CantHold(vbd.Spec!.Source!, pool!.Spec!) is { } why
            ? new Objection(DeviceAcceptedCondition.PoolNotUsable, $"XenStoragePool {name} {why}")
            : null;
    }

    /// <param name="vif">A VIF whose spec is valid.</param>
    /// <param name="network">The network that it names, if it exists.</param>
    /// <returns>Null when nothing stands against it.</returns>
    public static Objection? Missing(Vif vif, XenNetwork? network)
    {
        ArgumentNullException.ThrowIfNull(vif);
        if (vif.Spec?.Network is not { } name) return null;
        if (!IsOffered(network, vif.Status?.Claims?.Any(claim => DeviceClaims.NetworkOf(claim) == name) == true))
            return new Objection(DeviceAcceptedCondition.NetworkNotFound, $"There is no XenNetwork {name}{(network?.Metadata.DeletionTimestamp is null ? "" : " any more: it is being deleted")}");

        var errors = XenNetworkValidation.Validate(network!);
        return errors.Count == 0 ? null : new Objection(DeviceAcceptedCondition.NetworkNotUsable, $"XenNetwork {name} is not accepted: {string.Join(" ", errors)}");
    }

    /// <summary>Without its finalizer it could go while a device is being given to it.</summary>
    private static bool IsOffered(IKubernetesObject? offer, bool holds) => offer is not null
        && (holds || (offer.Metadata.DeletionTimestamp is null && offer.Metadata.Finalizers?.Contains(XenApi.InUseFinalizer, StringComparer.Ordinal) == true));

    private static string? CantHold(VbdSource source, XenStoragePoolSpec pool) => (source, pool) switch
    {
        ({ Iso: not null }, { Directory: null }) => "holds no ISO images: only a pool of the type directory does",
        ({ Volume.Format: DiskFormat.Qcow2 }, { Directory: null }) => "holds no Qcow2 images: only a pool of the type directory does",
        ({ Volume.Create: not null }, { BlockDevices: not null }) => "is made of block devices that exist: nothing can be made in it. Leave create out",
        _ => null,
    };
}
