namespace Reconciler.Operator.Tests.Cel;

/// <summary>For each message of a rule: values that pass it, and values that are refused with it.</summary>
internal static class RuleExamples
{
    private static readonly (RuleExample[] Pass, RuleExample[] Refused) Pool =
        (["{directory: {path: /srv}}", "{lvm: {volumeGroup: vg}}", "{blockDevices: {directory: /dev/disk/by-id}}"],
         ["{}", "{directory: {path: /srv}, lvm: {volumeGroup: vg}}", "{directory: {path: /srv}, lvm: {volumeGroup: vg}, blockDevices: {directory: /dev}}"]);

    private static readonly (RuleExample[] Pass, RuleExample[] Refused) Name = ([Change("web", "web")], [Change("web", "db"), Change("web", "web1")]);

    public static IReadOnlyDictionary<string, (RuleExample[] Pass, RuleExample[] Refused)> ByMessage { get; } =
        new Dictionary<string, (RuleExample[] Pass, RuleExample[] Refused)>(StringComparer.Ordinal)
        {
            // Domain
            ["type can't be changed: delete the Domain and create it anew"] = ([Change("PV", "PV")], [Change("PVH", "PV"), Change("PV", "PVH")]),
            ["must be at least 32Mi: a kernel does not boot with less"] =
                (["32Mi", "'33554432'", "32768Ki", "0.5Gi", "1Ti", "33.6M", "33555k", "1G", "0.001T", "00032Mi", "9007199254740993Ti", "'33554431.5'"],
                 ["31Mi", "'33554431'", "32767Ki", "0.03Gi", "33.5M", "33554k", "0.03G", "'0'", "0Ti", "1Mi", "31.999Mi"]),
            ["Suspend is not possible yet: nothing restores a domain that was suspended to disk with the guarantee that its disks and its host still match. Use Shutdown or Ignore"] =
                (["Shutdown", "Ignore"], ["Suspend"]),
            ["adopt can't be changed: take it away, or make another Domain"] =
                ([Change("{name: db, uuid: u1}", "{uuid: u1, name: db}")], [Change("{name: db, uuid: u1}", "{name: db, uuid: u2}"), Change("{name: db, uuid: u1}", "{name: web, uuid: u1}")]),
            ["at least one label must be given: no label would mean every Domain"] = (["{app: db}", "{app: db, tier: ''}"], ["{}"]),
            ["boot.cmdline must be at most 2047 bytes, 1023 for PV: the rest would be cut off"] =
                ([Booting("PV", 1023), Booting("PV", 0), Booting("PV", 511, 'é'), Booting("PVH", 2047), Booting("PVH", 1023, 'é'), "{type: PV, memory: {size: 1Gi}, boot: {kernel: /k}}"],
                 [Booting("PV", 1024), Booting("PV", 512, 'é'), Booting("PVH", 2048), Booting("PVH", 1024, 'é')]),
            ["adopt needs placement.hostName: the one host that the domain runs on"] =
                (["{memory: {size: 1Gi}, boot: {kernel: /k}}", "{adopt: {name: db, uuid: u1}, placement: {hostName: xen-a}}"],
                 ["{adopt: {name: db, uuid: u1}}", "{adopt: {name: db, uuid: u1}, placement: {preferredHosts: [xen-a]}}"]),

            // VBD, and the templates of a Domain
            ["domain can't be changed: delete the VBD and create it anew"] = Name,
            ["device can't be changed: delete the VBD and create it anew"] = ([Change("xvda", "xvda")], [Change("xvda", "xvdb")]),
            ["exactly one of volume, blockDevice, file and iso must be given"] =
                (["{volume: {pool: p, name: v}}", "{blockDevice: {path: /dev/sda}}", "{file: {path: /f}}", "{iso: {pool: p, name: i}}"],
                 ["{}", "{file: {path: /f}, iso: {pool: p, name: i}}", "{volume: {pool: p, name: v}, blockDevice: {path: /dev/sda}, file: {path: /f}, iso: {pool: p, name: i}}"]),
            ["exactly one of volume and http must be given"] = (["{volume: {name: v}}", "{http: {url: 'http://a', sha256: '0'}}"], ["{}", "{volume: {name: v}, http: {url: 'http://a', sha256: '0'}}"]),
            ["must be at least 1Mi"] = (["1Mi", "'1048576'", "1024Ki", "1.1M", "1049k", "10Gi"], ["'1048575'", "1023Ki", "1M", "0.9Mi", "1k", "'0'"]),
            ["a Disk needs a source; only a CDROM can be empty"] = (["{device: xvda, type: CDROM}", "{device: xvda, source: {file: {path: /f}}}"], ["{device: xvda}", "{device: xvda, type: Disk}"]),
            ["a CDROM takes iso, blockDevice or a Raw file, and a Disk everything but iso"] =
                (["{type: CDROM}", "{type: CDROM, source: {iso: {pool: p, name: i}}}", "{type: CDROM, source: {blockDevice: {path: /dev/sr0}}}", "{type: CDROM, source: {file: {path: /f}}}",
                  "{source: {volume: {pool: p, name: v}}}", "{source: {file: {path: /f, format: Qcow2}}}", "{type: Disk, source: {blockDevice: {path: /dev/sda}}}", "{}"],
                 ["{type: CDROM, source: {volume: {pool: p, name: v}}}", "{type: CDROM, source: {file: {path: /f, format: Qcow2}}}", "{source: {iso: {pool: p, name: i}}}"]),
            ["shareable needs the format Raw or the mode ReadOnly: two writers destroy a Qcow2 image"] =
                (["{}", "{shareable: true}", "{shareable: true, source: {file: {path: /f}}}", "{shareable: true, source: {blockDevice: {path: /dev/sda}}}", "{source: {file: {path: /f, format: Qcow2}}}",
                  "{shareable: true, mode: ReadOnly, source: {volume: {pool: p, name: v, format: Qcow2}}}", "{shareable: true, source: {volume: {pool: p, name: v}}}"],
                 ["{shareable: true, source: {file: {path: /f, format: Qcow2}}}", "{shareable: true, mode: ReadWrite, source: {volume: {pool: p, name: v, format: Qcow2}}}"]),

            // VIF, and the templates of a Domain
            ["domain can't be changed: delete the VIF and create it anew"] = Name,
            ["index can't be changed: delete the VIF and create it anew"] = ([Change("1", "1")], [Change("0", "1"), Change("1", "0")]),
            ["must not be all zero"] = (["'00:16:3e:00:00:00'", "'00:00:00:00:00:01'"], ["'00:00:00:00:00:00'"]),
            ["must be at least 8Kb/s"] =
                (["8Kb/s", "9Kb/s", "10Kb/s", "1KB/s", "1000B/s", "8000b/s", "10000b/s", "1Mb/s", "1GB/s", "999999999Gb/s"], ["7Kb/s", "1Kb/s", "999B/s", "1B/s", "7999b/s", "999b/s", "1b/s"]),

            // XenHost
            ["the name must be at most 63 characters: it is the value of the label xen.reconciler.dev/host"] = ([$"{{metadata: {{name: {new string('h', 63)}}}}}"], [$"{{metadata: {{name: {new string('h', 64)}}}}}"]),

            // XenStoragePool
            ["exactly one of directory, lvm and blockDevices must be given"] = Pool,
            ["a host's entry must be of the same type as the pool"] =
                (["{directory: {path: /srv}}", "{directory: {path: /srv}, hosts: []}", "{directory: {path: /srv}, hosts: [{name: a, directory: {path: /pool}}, {name: b, directory: {path: /pool}}]}"],
                 ["{directory: {path: /srv}, hosts: [{name: a, lvm: {volumeGroup: vg}}]}", "{directory: {path: /srv}, hosts: [{name: a, directory: {path: /pool}}, {name: b}]}",
                  "{lvm: {volumeGroup: vg}, hosts: [{name: a, lvm: {volumeGroup: vg}, directory: {path: /pool}}]}"]),
        };

    private static RuleExample Change(string from, string to) => new(to, from);

    private static RuleExample Booting(string type, int characters, char character = 'x') =>
        $"{{type: {type}, memory: {{size: 1Gi}}, boot: {{kernel: /k, cmdline: '{new string(character, characters)}'}}}}";
}
