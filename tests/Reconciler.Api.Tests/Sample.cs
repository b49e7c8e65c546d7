using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
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
}
