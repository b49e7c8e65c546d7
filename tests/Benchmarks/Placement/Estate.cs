using System.Globalization;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Benchmarks.Placement;

/// <summary>Hosts, and Domains to place on them. One Domain in ten is to be apart from its like, one in ten prefers hosts.</summary>
internal static class Estate
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static XenHost Host(int i) => new()
    {
        Metadata = new ObjectMeta { Name = string.Create(CultureInfo.InvariantCulture, $"xen-{i:0000}"), Labels = Labels("zone", $"z{i % 3}") },
        Status = new XenHostStatus
        {
            Conditions = [new Condition { Type = "Ready", Status = "True", Reason = "Ready", LastTransitionTime = Now }],
            Cpus = 64,
            GuestTypes = ["PVH", "PV"],
            Memory = new HostMemory { Total = "512Gi", Free = $"{300 + (i % 200)}Gi", MeasuredAt = Now },
            StoragePools = [new HostStoragePool { Name = "fast", Ready = i % 5 != 0 }, new HostStoragePool { Name = "slow", Ready = true }],
            Networks = [new HostNetwork { Name = "lan", Ready = true }],
        },
    };

    /// <param name="i">Which.</param>
    /// <param name="hosts">How many hosts there are.</param>
    public static Domain Domain(int i, int hosts) => new()
    {
        Metadata = new ObjectMeta { Namespace = "default", Name = $"d{i}", Uid = $"uid-{i}", Generation = 1, Labels = Labels("app", $"a{i / 20}") },
        Spec = new DomainSpec
        {
            Cpu = new CpuSpec { Vcpus = 1 + (i % 4) },
            Memory = new MemorySpec { Size = $"{1 + (i % 3)}Gi" },
            Boot = new BootSpec { Kernel = "/boot/vmlinuz" },
            VbdTemplates = [new VbdTemplate { Device = "xvda", Source = new VbdSource { Volume = new VolumeSource { Pool = i % 2 == 0 ? "fast" : "slow", Name = $"v{i}" } } }],
            VifTemplates = [new VifTemplate { Index = 0, Network = "lan" }],
            Placement = (i % 10) switch
            {
                0 => new PlacementSpec { AntiAffinity = new AntiAffinitySpec { Required = [new AntiAffinityTerm { LabelSelector = new LabelSelector { MatchLabels = Labels("app", $"a{i / 20}") } }] } },
                1 => new PlacementSpec { PreferredHosts = [$"xen-{i % hosts:0000}"] },
                _ => null,
            },
        },
    };

    private static Dictionary<string, string> Labels(string name, string value) => new(StringComparer.Ordinal) { [name] = value };
}
