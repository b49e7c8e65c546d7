using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Scheduling;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Tests;

/// <summary>Valid objects to start from.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static Domain Domain(string name = "web", string memory = "512Mi", int? vcpus = 1, DomainType? type = null) => new()
    {
        Metadata = new ObjectMeta { Namespace = "default", Name = name, Uid = $"uid-{name}", Generation = 1 },
        Spec = new DomainSpec
        {
            Type = type,
            Cpu = new CpuSpec { Vcpus = vcpus },
            Memory = new MemorySpec { Size = memory },
            Boot = new BootSpec { Kernel = "/var/lib/reconciler/boot/vmlinuz" },
        },
    };

    public static Vbd Vbd(string name = "web-xvda", string domain = "web", string device = "xvda", VbdSource? source = null) => new()
    {
        Metadata = new ObjectMeta { Namespace = "default", Name = name, Uid = $"uid-{name}", Generation = 1, CreationTimestamp = Now },
        Spec = new VbdSpec { Domain = domain, Device = device, Source = source ?? Volume("web") },
    };

    public static VbdSource Volume(string name, string pool = "pool") => new() { Volume = new VolumeSource { Pool = pool, Name = name } };

    public static Vif Vif(string name = "web-vif0", string domain = "web", int index = 0, string network = "lan") => new()
    {
        Metadata = new ObjectMeta { Namespace = "default", Name = name, Uid = $"uid-{name}", Generation = 1, CreationTimestamp = Now },
        Spec = new VifSpec { Domain = domain, Index = index, Network = network },
    };

    public static XenStoragePool Pool(string name = "pool") => new()
    {
        Metadata = new ObjectMeta { Name = name, Uid = $"uid-{name}", Generation = 1 },
        Spec = new XenStoragePoolSpec { Directory = new DirectoryPool { Path = "/srv/pool" } },
    };

    public static XenNetwork Network(string name = "lan") => new()
    {
        Metadata = new ObjectMeta { Name = name, Uid = $"uid-{name}", Generation = 1 },
        Spec = new XenNetworkSpec { Bridge = "xenbr0" },
    };

    public static XenHost Host(string name = "xen-1", string free = "4Gi", int cpus = 4, params string[] types) => new()
    {
        Metadata = new ObjectMeta { Name = name, Uid = $"uid-{name}" },
        Spec = new XenHostSpec { Schedulable = true },
        Status = new XenHostStatus
        {
            Conditions = [new Condition { Type = "Ready", Status = "True", Reason = "Ready", LastTransitionTime = Now }],
            Cpus = cpus,
            GuestTypes = types.Length > 0 ? types : ["PVH", "PV"],
            Memory = new HostMemory { Total = "8Gi", Free = free, MeasuredAt = Now },
        },
    };

    public static Domain On(this Domain domain, string host, int? domid = null, DateTimeOffset? createdAt = null) =>
        domain with { Status = (domain.Status ?? new DomainStatus()) with { Host = host, Domid = domid, CreatedAt = createdAt } };

    public static Domain With(this Domain domain, Func<DomainSpec, DomainSpec> change) => domain with { Spec = change(domain.Spec!) };

    public static Vbd With(this Vbd vbd, Func<VbdSpec, VbdSpec> change) => vbd with { Spec = change(vbd.Spec!) };

    public static Vif With(this Vif vif, Func<VifSpec, VifSpec> change) => vif with { Spec = change(vif.Spec!) };

    /// <summary>What a Domain asks of a host, by its spec and by these devices; a pool called shared-... is shared.</summary>
    public static PlacementRequest Request(this Domain domain, IEnumerable<Vbd>? vbds = null, IEnumerable<Vif>? vifs = null, DateTimeOffset? now = null) =>
        PlacementRequest.Of(domain, vbds ?? [], vifs ?? [], pool => pool.StartsWith("shared", StringComparison.Ordinal), now ?? Now);

    /// <summary>What a host says to a Domain beside others.</summary>
    public static FitVerdict CanPlace(this Domain domain, XenHost host, params Domain[] others) =>
        domain.Request().CanPlace(Cluster.Of([host], others), host.Metadata.Name!);

    /// <summary>What a host of a cluster says.</summary>
    public static FitVerdict CanPlace(this PlacementRequest request, Cluster cluster, string host) => HostFit.CanPlace(request, cluster, cluster.Find(host)!);
}
