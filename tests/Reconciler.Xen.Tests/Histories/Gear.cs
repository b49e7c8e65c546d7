using Reconciler.Xen.Host;

namespace Reconciler.Xen.Tests.Histories;

/// <summary>The disks and NICs of a history, in short words: a slot (<c>a</c>, <c>b</c>: xvda, xvdb; <c>n</c>: the NIC) and what is in it.</summary>
internal static class Gear
{
    public const string ForeignPath = "/images/foreign.img";

    /// <summary>Every set that makes sense: no two of one object, no two that write to one disk.</summary>
    public static IReadOnlyList<string> Sets { get; } =
    [
        .. from a in new[] { "", "a1", "a2", "a3", "a4" }
           from b in new[] { "", "b1", "b2", "bm" }
           from n in new[] { "", "n1", "n2", "n3", "n4", "n5", "n6" }
           where b != "bm" || a.Length == 0
           select string.Join(' ', new[] { a, b, n }.Where(w => w.Length > 0)),
    ];

    public static DesiredDomain With(DesiredDomain domain, string gear)
    {
        var words = gear.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return domain with { Disks = [.. words.Where(w => w[0] != 'n').Select(Disk)], Nics = [.. words.Where(w => w[0] == 'n').Select(Nic)] };
    }

    public static DeviceRef Slot(char slot) => slot == 'n' ? A.Nic().Ref : A.Disk($"xvd{slot}").Ref;

    private static DesiredDisk Disk(string word)
    {
        var device = $"xvd{word[0]}";
        return word[1] switch
        {
            '1' => A.Disk(device),
            '2' => A.Disk(device, path: $"/images/{device}-new.img"), // the object's source has changed
            '3' => A.Disk(device, uid: A.Uid($"{device} again"), path: $"/images/{device}.img"), // made anew under another name
            '4' => A.Disk(device, readOnly: true),
            'm' => A.Disk(device, uid: A.Uid("xvda"), path: "/images/xvda.img"), // moved here
            _ => throw new ArgumentException("no such device", nameof(word)),
        };
    }

    private static DesiredNic Nic(string word) => word[1] switch
    {
        '1' => A.Nic(),
        '2' => A.Nic(bridge: "xenbr1"),
        '3' => A.Nic(uid: A.Uid("nic0 again")),
        '4' => A.Nic() with { Locks = new NicLocks { Mac = true, Ips = ["192.0.2.7"] }, RateBytesPerSecond = 1000 },
        '5' => A.Nic() with { LinkDown = true, Vlan = 7 },
        '6' => A.Nic() with { Mac = "00:16:3e:00:00:77" },
        _ => throw new ArgumentException("no such device", nameof(word)),
    };
}
