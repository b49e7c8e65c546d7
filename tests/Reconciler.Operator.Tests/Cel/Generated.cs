using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Reconciler.Operator.Tests.Cel;

/// <summary>Objects that fit their schema, and that are right or wrong only in what rules judge.</summary>
internal static class Generated
{
    private static readonly Gen<string?> Mac = Gen.Elements<string?>(null, "00:16:3e:01:02:03", "00:00:00:00:00:01", "00:00:00:00:00:00");

    private static readonly Gen<string?> Rate =
        from isGiven in Gen.Elements(true, true, false)
        from number in Gen.OneOf(Gen.Choose(1, 20), Gen.Choose(990, 1010), Gen.Choose(7990, 8010))
        from unit in Gen.Elements("b/s", "B/s", "Kb/s", "KB/s", "Mb/s", "MB/s", "Gb/s", "GB/s")
        select isGiven ? number.ToString(CultureInfo.InvariantCulture) + unit : null;

    private static readonly Gen<JsonObject> Vifs =
        from mac in Mac
        from rate in Rate
        select Json(("network", "lan"), ("macAddress", mac), ("rate", rate));

    private static readonly Gen<JsonObject?> Origin =
        from kinds in Gen.SubListOf("volume", "http")
        from isGiven in Gen.Elements(true, false)
        select isGiven
            ? Json(
                ("volume", kinds.Contains("volume") ? Json(("name", "other")) : null),
                ("http", kinds.Contains("http") ? Json(("url", "https://images.example/a.raw"), ("sha256", new string('0', 64))) : null))
            : null;

    private static readonly Gen<JsonObject> Volume =
        from format in Gen.Elements<string?>(null, "Raw", "Qcow2")
        from size in Around(1 << 20)
        from origin in Origin
        from isMade in Gen.Elements(true, false)
        select Json(("pool", "pool"), ("name", "web"), ("format", format), ("create", isMade ? Json(("size", size), ("from", origin)) : null));

    private static readonly Gen<JsonObject?> Source =
        from isGiven in Gen.Elements(true, true, true, false)
        from kinds in MostlyOne("volume", "blockDevice", "file", "iso")
        from volume in Volume
        from format in Gen.Elements<string?>(null, "Raw", "Qcow2")
        select isGiven
            ? Json(
                ("volume", kinds.Contains("volume") ? volume : null),
                ("blockDevice", kinds.Contains("blockDevice") ? Json(("path", "/dev/sdb")) : null),
                ("file", kinds.Contains("file") ? Json(("path", "/srv/a.img"), ("format", format)) : null),
                ("iso", kinds.Contains("iso") ? Json(("pool", "pool"), ("name", "a.iso")) : null))
            : null;

    private static readonly Gen<JsonObject> Disk =
        from type in Gen.Elements<string?>(null, "Disk", "CDROM")
        from mode in Gen.Elements<string?>(null, "ReadWrite", "ReadOnly")
        from shareable in Gen.Elements<JsonNode?>(null, true, false)
        from source in Source
        select Json(("type", type), ("mode", mode), ("shareable", shareable?.DeepClone()), ("source", source));

    private static readonly Gen<JsonObject> Backing =
        from kinds in MostlyOne("directory", "lvm", "blockDevices")
        select Json(
            ("directory", kinds.Contains("directory") ? Json(("path", "/srv/pool")) : null),
            ("lvm", kinds.Contains("lvm") ? Json(("volumeGroup", "vg")) : null),
            ("blockDevices", kinds.Contains("blockDevices") ? Json(("directory", "/dev/disk/by-id")) : null));

    private static readonly Gen<JsonObject> DomainSpec =
        from type in Gen.Elements<string?>(null, "PVH", "PV")
        from memory in Around(32 << 20)
        from length in Gen.OneOf(Gen.Choose(0, 3), Gen.Choose(510, 513), Gen.Choose(1021, 1025))
        from character in Gen.Elements('x', 'x', 'é')
        from onHostStop in Gen.Elements<string?>(null, "Shutdown", "Ignore", "Suspend")
        from adopt in Adopt
        from host in Gen.Elements<string?>(null, "xen-a")
        from labels in Gen.Elements<string?>(null, "none", "one")
        from disk in Disk
        from nic in Vifs
        from disks in Gen.Choose(0, 1)
        select Json(
            ("type", type),
            ("memory", Json(("size", memory))),
            ("boot", Json(("kernel", "/boot/vmlinuz"), ("cmdline", length == 0 ? null : new string(character, length)))),
            ("onHostStop", onHostStop),
            ("adopt", adopt),
            ("placement", Json(("hostName", host), ("antiAffinity", labels is null ? null : Json(("required", new JsonArray(Term(labels))))))),
            ("vbdTemplates", disks == 0 ? null : new JsonArray(With(disk, "device", "xvda"))),
            ("vifTemplates", disks == 0 ? null : new JsonArray(With(nic, "index", 0))));

    private static Gen<JsonObject?> Adopt => Gen.Elements<string?>(null, null, "db", "web")
        .Select(name => name is null ? null : Json(("name", name), ("uuid", "6a0b0c0d-1111-2222-3333-444455556666")));

    public static Gen<JsonObject> Domain => DomainSpec.Select(Entity);

    public static Gen<JsonObject> Vbd => Disk.Select(disk => Entity(With(With(disk, "device", "xvda"), "domain", "web")));

    public static Gen<JsonObject> Vif => Vifs.Select(nic => Entity(With(With(nic, "index", 0), "domain", "web")));

    public static Gen<JsonObject> Pool =>
        from own in Backing
        from hosts in Gen.Choose(0, 2).SelectMany(count => Gen.ArrayOf(Backing, count))
        select Entity(With(own, "hosts", new JsonArray([.. hosts.Select((host, i) => (JsonNode)With(host, "name", $"xen-{i}"))])));

    public static Gen<JsonObject> Host => Gen.Choose(60, 66).Select(length => Json(("metadata", Json(("name", new string('h', length))))));

    public static Gen<JsonObject> GoodDomain =>
        from type in Gen.Elements<string?>(null, "PVH", "PV")
        from vcpus in Gen.Choose(1, 2)
        from adopt in Adopt
        select Entity(Json(
            ("type", type), ("cpu", Json(("vcpus", vcpus))), ("memory", Json(("size", "64Mi"))), ("boot", Json(("kernel", "/boot/vmlinuz"))), ("adopt", adopt),
            ("placement", Json(("hostName", "xen-a")))));

    public static Gen<JsonObject> GoodVbd =>
        from domain in Gen.Elements("web", "db")
        from device in Gen.Elements("xvda", "xvdb")
        from mode in Gen.Elements<string?>(null, "ReadOnly")
        select Entity(Json(("domain", domain), ("device", device), ("mode", mode), ("source", Json(("file", Json(("path", "/srv/a.img")))))));

    public static Gen<JsonObject> GoodVif =>
        from domain in Gen.Elements("web", "db")
        from index in Gen.Choose(0, 1)
        from mtu in Gen.Choose(1500, 1501)
        select Entity(Json(("domain", domain), ("index", index), ("network", "lan"), ("mtu", mtu)));

    /// <summary>Quantities that are near a number of bytes, to the byte, on both sides of it.</summary>
    private static Gen<string> Around(long bytes) => Gen.OneOf(
        from factor in Gen.Elements(("", 1L), ("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("k", 1_000L), ("M", 1_000_000L), ("G", 1_000_000_000L))
        from thousandths in Gen.Choose(900, 1100)
        select ((decimal)bytes / factor.Item2 * thousandths / 1000).ToString("0.######", CultureInfo.InvariantCulture) + factor.Item1,
        from difference in Gen.Choose(-2, 2)
        from fraction in Gen.Elements("", ".0", ".5", ".001")
        select (bytes + difference).ToString(CultureInfo.InvariantCulture) + fraction);

    /// <summary>Mostly one of them, as it should be.</summary>
    private static Gen<IList<string>> MostlyOne(params string[] kinds) =>
        Gen.Frequency((6, Gen.Elements(kinds).Select(kind => (IList<string>)[kind])), (1, Gen.SubListOf(kinds).Select(some => (IList<string>)[.. some])));

    private static JsonObject Term(string labels) => Json(("labelSelector", Json(("matchLabels", labels == "none" ? Json() : Json(("app", "db"))))));

    private static JsonObject Entity(JsonObject spec) => Json(("metadata", Json(("name", "web"), ("namespace", "default"))), ("spec", spec));

    private static JsonObject With(JsonObject json, string name, JsonNode value)
    {
        var copy = json.DeepClone().AsObject();
        copy[name] = value.Parent is null ? value : value.DeepClone();
        return copy;
    }

    /// <summary>Without the members that have no value.</summary>
    private static JsonObject Json(params (string Name, JsonNode? Value)[] members) =>
        [.. members.Where(member => member.Value is not null).Select(member => KeyValuePair.Create(member.Name, (JsonNode?)(member.Value!.Parent is null ? member.Value : member.Value.DeepClone())))];
}
