using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Nics;

namespace Reconciler.Api.Devices;

/// <summary>
/// What may change while a guest runs, in one place: the webhooks warn by it, agents report ReplugRequired by it, and the table of docs/devices.md
/// is held to it by a test.
/// </summary>
/// <remarks>Why it can't be more: docs/decisions/0012.</remarks>
public static class ChangeRules
{
    /// <summary>Of a VIF.</summary>
    public static IReadOnlyList<ChangeRule<VifSpec>> Vif { get; } =
    [
        new("domain", ChangeEffect.Refused, "delete the VIF and create it anew", (a, b) => a.Domain != b.Domain),
        new("index", ChangeEffect.Refused, "delete the VIF and create it anew", (a, b) => a.Index != b.Index),
        new("network", ChangeEffect.Live, "the cable goes to the other bridge or VLAN; an MTU that differs there takes a re-plug", (a, b) => a.Network != b.Network),
        new("macAddress", ChangeEffect.Replug, "the guest has read it", (a, b) => !string.Equals(a.MacAddress, b.MacAddress, StringComparison.OrdinalIgnoreCase)),
        new("mtu", ChangeEffect.Replug, "the guest has read it", (a, b) => a.Mtu != b.Mtu),
        new("rate", ChangeEffect.Live, "the backend follows", (a, b) => a.Rate != b.Rate),
        new("linkState", ChangeEffect.Live, "Down: frames are dropped in both directions, as with the cable unplugged; the guest is not told", (a, b) => (a.LinkState ?? LinkState.Up) != (b.LinkState ?? LinkState.Up)),
        new("lockedAddresses", ChangeEffect.Live, "the rules on the host are replaced in one step", (a, b) => !Same(a.LockedAddresses, b.LockedAddresses)),
        new("detach", ChangeEffect.Live, "counts from the next look on, also for a request that stands", (a, b) => a.Detach != b.Detach),
    ];

    /// <summary>Of a VBD.</summary>
    public static IReadOnlyList<ChangeRule<VbdSpec>> Vbd { get; } =
    [
        new("domain", ChangeEffect.Refused, "delete the VBD and create it anew", (a, b) => a.Domain != b.Domain),
        new("device", ChangeEffect.Refused, "delete the VBD and create it anew", (a, b) => a.Device != b.Device),
        new("source of a CDROM", ChangeEffect.Live, "the drive is taken away and given again with the other medium", (a, b) => IsDrive(a) && IsDrive(b) && a.Source != b.Source),
        new("source.volume.create.size", ChangeEffect.Live, "the volume grows; it never shrinks", (a, b) => a.Source?.Volume?.Create?.Size != b.Source?.Volume?.Create?.Size),
        new("source", ChangeEffect.Replug, "the guest has mounted what it was given", (a, b) => !(IsDrive(a) && IsDrive(b)) && WithoutSize(a.Source) != WithoutSize(b.Source)),
        new("mode", ChangeEffect.Replug, "the backend reads it once", (a, b) => (a.Mode ?? VbdMode.ReadWrite) != (b.Mode ?? VbdMode.ReadWrite)),
        new("type", ChangeEffect.Replug, "a drive is another device", (a, b) => IsDrive(a) != IsDrive(b)),
        new("bootable", ChangeEffect.Restart, "only a boot loader asks", (a, b) => (a.Bootable ?? false) != (b.Bootable ?? false)),
        new("shareable", ChangeEffect.Live, "it is a promise to the cluster, and no property of the device", (a, b) => (a.Shareable ?? false) != (b.Shareable ?? false)),
        new("detach", ChangeEffect.Live, "counts from the next look on, also for a request that stands", (a, b) => a.Detach != b.Detach),
    ];

    /// <summary>Of a Domain.</summary>
    public static IReadOnlyList<ChangeRule<DomainSpec>> Domain { get; } =
    [
        new("powerState", ChangeEffect.Live, "started, paused, resumed or shut down", (a, b) => a.PowerState != b.PowerState),
        new("restartPolicy", ChangeEffect.Live, "counts when the guest next ends by itself", (a, b) => a.RestartPolicy != b.RestartPolicy),
        new("type", ChangeEffect.Refused, "delete the Domain and create it anew", (a, b) => (a.Type ?? DomainType.PVH) != (b.Type ?? DomainType.PVH)),
        new("cpu.vcpus", ChangeEffect.Restart, "", (a, b) => (a.Cpu?.Vcpus ?? CpuSpec.DefaultVcpus) != (b.Cpu?.Vcpus ?? CpuSpec.DefaultVcpus)),
        new("memory", ChangeEffect.Restart, "", (a, b) => a.Memory != b.Memory),
        new("boot", ChangeEffect.Restart, "", (a, b) => a.Boot != b.Boot),
        new("shutdown", ChangeEffect.Live, "also for a shutdown that is in progress", (a, b) => a.Shutdown != b.Shutdown),
        new("onHostStop", ChangeEffect.Live, "counts when the host next stops", (a, b) => a.OnHostStop != b.OnHostStop),
        new("onHostStart", ChangeEffect.Live, "counts when the host next starts", (a, b) => a.OnHostStart != b.OnHostStart),
        new("startOrder", ChangeEffect.Live, "counts when the host next stops or starts", (a, b) => a.StartOrder != b.StartOrder),
        new("vbdTemplates", ChangeEffect.Live, "their VBDs follow, each by the rules of a VBD", (a, b) => !Same(a.VbdTemplates, b.VbdTemplates, ApiJsonContext.Instance.IReadOnlyListVbdTemplate)),
        new("vifTemplates", ChangeEffect.Live, "their VIFs follow, each by the rules of a VIF", (a, b) => !Same(a.VifTemplates, b.VifTemplates, ApiJsonContext.Instance.IReadOnlyListVifTemplate)),
        new("waitFor", ChangeEffect.Restart, "it is waited for at a start; what runs is not touched for it", (a, b) => !Same(a.WaitFor, b.WaitFor, ApiJsonContext.Instance.WaitForSpec)),
        new("adopt", ChangeEffect.Refused, "it may be taken away; name another domain in another Domain", (a, b) => a.Adopt is not null && b.Adopt is not null && a.Adopt != b.Adopt),
        new("placement", ChangeEffect.Restart, "a Domain that is placed stays where it is; but one that is not running goes to another `hostName`, unless a disk of it may have been written where it is", (a, b) => !Same(a.Placement, b.Placement, ApiJsonContext.Instance.PlacementSpec)),
    ];

    /// <summary>The fields that differ and whose change has this effect.</summary>
    public static IEnumerable<string> Changed<TSpec>(this IEnumerable<ChangeRule<TSpec>> rules, TSpec before, TSpec after, ChangeEffect effect)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return rules.Where(rule => rule.Effect == effect && rule.Differs(before, after)).Select(rule => rule.Field);
    }

    private static bool IsDrive(VbdSpec spec) => spec.Type == VbdType.CDROM;

    private static VbdSource? WithoutSize(VbdSource? source) =>
        source is { Volume: { Create: { } create } volume } ? source with { Volume = volume with { Create = create with { Size = "" } } } : source;

    /// <summary>By JSON: records compare their lists by reference.</summary>
    private static bool Same<T>(T? a, T? b, JsonTypeInfo<T> type)
        where T : class => a is null || b is null ? a is null && b is null
        : JsonSerializer.SerializeToUtf8Bytes(a, type).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(b, type));

    private static bool Same(LockedAddresses? a, LockedAddresses? b) =>
        a is null || b is null ? a is null && b is null : (a.Mac ?? true) == (b.Mac ?? true) && (a.Ips ?? []).SequenceEqual(b.Ips ?? [], StringComparer.Ordinal);
}
