using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Xen.Tests;

/// <summary>The things that tests are about, with nothing said that a test does not care for.</summary>
internal static class A
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly Guid Uuid = Guid.Parse("11111111-0000-0000-0000-000000000001");

    public static readonly DomainPolicy Policy = new();

    public static DesiredDomain Desired(DesiredPower power = DesiredPower.Running, Guid? uuid = null, string name = "web") => new()
    {
        Uuid = uuid ?? Uuid,
        Namespace = "default",
        Name = name,
        Generation = 1,
        Type = DomainType.Pvh,
        Vcpus = 1,
        MemoryKiB = 131072,
        Boot = new DirectBoot("/boot/vmlinuz"),
        Power = power,
    };

    public static DesiredDisk Disk(string device = "xvda", Guid? uid = null, string? path = null, bool readOnly = false) => new()
    {
        ObjectUid = uid ?? Uid(device),
        ObjectName = $"disk-{device}",
        Device = device,
        DevId = 51712 + 16 * (device[^1] - 'a'),
        Path = path ?? $"/images/{device}.img",
        ReadOnly = readOnly,
    };

    public static DesiredNic Nic(int index = 0, Guid? uid = null, string bridge = "xenbr0") => new()
    {
        ObjectUid = uid ?? Uid($"nic{index}"),
        ObjectName = $"nic-{index}",
        Index = index,
        Mac = $"00:16:3e:00:00:{index:x2}",
        Bridge = bridge,
    };

    /// <summary>The same uid for the same word, always.</summary>
    public static Guid Uid(string word) => new([.. System.Text.Encoding.ASCII.GetBytes(word.PadRight(16)[..16])]);

    /// <summary>A disk that was attached an hour ago and that the guest uses.</summary>
    public static ObservedDevice Attached(DesiredDisk disk, DateTimeOffset? asked = null) =>
        Attached(DeviceMark.Of(disk, Noon - TimeSpan.FromHours(1)) with { DetachRequestedAt = asked });

    public static ObservedDevice Attached(DesiredNic nic, DateTimeOffset? asked = null) =>
        Attached(DeviceMark.Of(nic, Noon - TimeSpan.FromHours(1)) with { DetachRequestedAt = asked });

    private static ObservedDevice Attached(DeviceMark mark) => new()
    {
        Ref = mark.Device,
        Mark = mark,
        Backend = mark.DetachRequestedAt is null ? XenbusState.Connected : XenbusState.Closing,
        Frontend = XenbusState.Connected,
        HotplugDone = true,
    };

    public static DomainMark Mark(DateTimeOffset? started = null, DateTimeOffset? asked = null, bool refused = false) => new()
    {
        Uuid = Uuid,
        Namespace = "default",
        Name = "web",
        Generation = 1,
        BootedWith = Desired(),
        CreatedAt = Noon - TimeSpan.FromHours(1),
        StartedAt = started,
        ShutdownRequestedAt = asked,
        ShutdownAskedAt = asked,
        ShutdownRefused = refused,
    };

    public static ObservedDomain Domain(RunState state, int domid = 7, ShutdownReason? reason = null, DateTimeOffset? asked = null) => new()
    {
        Uuid = Uuid,
        Domid = domid,
        XenName = "default.web",
        Ownership = DomainOwnership.Ours,
        Mark = Mark(Noon - TimeSpan.FromMinutes(59), asked),
        State = state,
        ShutdownReason = reason,
        MemoryKiB = 131072,
        Vcpus = 1,
        CpuTime = TimeSpan.FromSeconds(3),
    };

    public static ObservedDomain Fresh(int domid = 7) =>
        Domain(RunState.Paused, domid) with { Mark = Mark(), CpuTime = TimeSpan.Zero };

    public static ObservedDomain Foreign(RunState state = RunState.Running, int domid = 9) =>
        Domain(state, domid) with { Ownership = DomainOwnership.Foreign, Mark = null };

    public static ObservedDomain HalfMade(RunState state = RunState.Paused, int domid = 7) =>
        Domain(state, domid) with { Ownership = DomainOwnership.HalfMade, Mark = null, XenName = null, CpuTime = TimeSpan.Zero };

    public static Observation Seen(params ObservedDomain[] domains) => new() { At = Noon, Domains = domains };

    public static ExitRecord Exit(ShutdownReason reason, int restarts = 1, DateTimeOffset? at = null, bool followed = false) =>
        new(7, Noon - TimeSpan.FromHours(1), reason, at ?? Noon, restarts, followed);
}
