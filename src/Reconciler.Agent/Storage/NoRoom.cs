using Reconciler.Agent.Storage.Work;
using Reconciler.Api;
using Reconciler.Api.Conditions;

namespace Reconciler.Agent.Storage;

/// <summary>What is said of every volume that its pool has no room for.</summary>
internal static class NoRoom
{
    /// <param name="source">The volume.</param>
    /// <param name="free">Bytes.</param>
    public static VolumeException In(DiskSource source, long free) => new(
        DeviceReadyCondition.NotEnoughSpace,
        $"create.size: there is not enough room in XenStoragePool {source.Pool?.Pool} for {source.Path} of {source.Create?.Size}: {Quantity.FromKiB(Math.Max(0, free) / 1024)} are free. Make room there, or ask for less.");
}
