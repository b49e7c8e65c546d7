using Reconciler.Api.Domains;
using Reconciler.Api;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.Mapping;

/// <summary>From the resource to what the host understands. Pure; defaults are those of the schema, for objects that never met one.</summary>
internal static class DesiredDomainMapping
{
    /// <summary>The domain as it should be. The spec must have passed validation.</summary>
    public static DesiredDomain ToDesired(Domain domain)
    {
        var spec = domain.Spec ?? throw new ArgumentException("The Domain has no spec.", nameof(domain));
        return new DesiredDomain
        {
            Uuid = Guid.Parse(domain.Metadata.Uid!),
            Namespace = domain.Metadata.Namespace!,
            Name = domain.Metadata.Name!,
            Generation = domain.Metadata.Generation ?? 0,
            Type = spec.Type == Api.Domains.DomainType.PV ? Xen.Host.DomainType.Pv : Xen.Host.DomainType.Pvh,
            Vcpus = spec.Cpu?.Vcpus ?? CpuSpec.DefaultVcpus,
            MemoryKiB = Quantity.Parse(spec.Memory.Size).KiB,
            Boot = new DirectBoot(spec.Boot.Kernel, spec.Boot.Ramdisk, spec.Boot.Cmdline),
            Adopts = AdoptionRules.IsPending(domain) ? AdopteeOf(spec) : null,
            Power = spec.PowerState switch
            {
                PowerState.Halted => DesiredPower.Halted,
                PowerState.Paused => DesiredPower.Paused,
                _ => DesiredPower.Running,
            },
        };
    }

    /// <summary>Null also for one that is not valid.</summary>
    public static Adoptee? AdopteeOf(DomainSpec? spec) => spec?.Adopt is { } adopt && Guid.TryParse(adopt.Uuid, out var uuid) ? new Adoptee(uuid, adopt.Name) : null;

    /// <summary>How it is stopped and what follows when it ends. Any spec will do, also one that is not valid: deletion must work.</summary>
    public static DomainPolicy ToPolicy(DomainSpec? spec) => new()
    {
        ShutdownGracePeriod = TimeSpan.FromSeconds(spec?.Shutdown?.GracePeriodSeconds ?? ShutdownSpec.DefaultGracePeriodSeconds),
        OnShutdownTimeout = spec?.Shutdown?.OnTimeout == ShutdownTimeoutAction.Wait ? OnShutdownTimeout.Wait : OnShutdownTimeout.Destroy,
        RestartPolicy = spec?.RestartPolicy switch
        {
            Api.Domains.RestartPolicy.Never => Xen.Planning.RestartPolicy.Never,
            Api.Domains.RestartPolicy.OnFailure => Xen.Planning.RestartPolicy.OnFailure,
            _ => Xen.Planning.RestartPolicy.Always,
        },
    };
}
