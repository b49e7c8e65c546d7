using Reconciler.Api.Conditions;

namespace Reconciler.Api.Devices;

/// <summary>Two devices that ask for one thing: who has it keeps it; where nobody has it yet, the older one gets it.</summary>
/// <remarks>
/// Claims are what counts and not the specs alone: a spec that is changed to what another device has attached would otherwise take it
/// away from under that one's feet, merely because its object is older.
/// </remarks>
internal static class Rivalry
{
    public static Objection? Find(DeviceFacts device, IEnumerable<DeviceFacts> others)
    {
        foreach (var other in others)
        {
            if (other.Metadata.Uid == device.Metadata.Uid) continue;
            if (device.Wanted.FirstOrDefault(wanted => Has(other, wanted) || IsFirst(other, device, wanted)) is { } contested)
                return Say(contested, other);
        }

        return null;
    }

    private static bool Has(DeviceFacts other, DeviceClaim wanted) => other.Claims.Any(wanted.Excludes);

    /// <summary>The other is as new to us and older: it is judged first, whenever that is.</summary>
    private static bool IsFirst(DeviceFacts other, DeviceFacts device, DeviceClaim wanted) =>
        !other.IsJudged && other.Errors.Count == 0 && other.Metadata.DeletionTimestamp is null
        && !device.Claims.Contains(wanted)
        && other.Wanted.Any(wanted.Excludes)
        && other.ComesBefore(device);

    private static Objection Say(DeviceClaim contested, DeviceFacts other)
    {
        var name = $"{other.Kind} {other.Metadata.Namespace}/{other.Metadata.Name}";
        var separator = contested.Resource.IndexOf('/', StringComparison.Ordinal);
        var (kind, what) = (contested.Resource[..separator], contested.Resource[(separator + 1)..]);
        return kind switch
        {
            "device" => new Objection(DeviceAcceptedCondition.DeviceTaken, $"{name} is {what[(what.LastIndexOf('/') + 1)..]} of the same Domain. Use another device name, or delete one of the two"),
            "index" => new Objection(DeviceAcceptedCondition.IndexTaken, $"{name} is NIC {what[(what.LastIndexOf('/') + 1)..]} of the same Domain. Use another index, or delete one of the two"),
            "mac" => new Objection(DeviceAcceptedCondition.MacAddressInUse, $"{name} has the MAC address {what}. Give this VIF another one in spec.macAddress"),
            "volume" => new Objection(DeviceAcceptedCondition.SourceInUse, $"{name} has the volume {what}, and one of the two would write to it. {Sharing}"),
            _ => new Objection(DeviceAcceptedCondition.SourceInUse, $"{name} has /{what}, and one of the two would write to it. {Sharing}"),
        };
    }

    private const string Sharing = "Set both to ReadOnly, or both to shareable where the guests' file system is made for it";
}
