using Reconciler.Api.Devices;

namespace Reconciler.Api.Domains;

/// <summary>The defaults of a spec, as the API server sets them from the schema.</summary>
public static class DomainDefaults
{
    /// <summary>
    /// The spec with every default filled in, for what reads it without an API server in between. What is set stays; filling in twice
    /// changes nothing.
    /// </summary>
    public static DomainSpec WithDefaults(this DomainSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec with
        {
            PowerState = spec.PowerState ?? Domains.PowerState.Running,
            RestartPolicy = spec.RestartPolicy ?? Domains.RestartPolicy.Always,
            Type = spec.Type ?? DomainType.PVH,
            Cpu = (spec.Cpu ?? new CpuSpec()) with { Vcpus = spec.Cpu?.Vcpus ?? CpuSpec.DefaultVcpus },
            Shutdown = (spec.Shutdown ?? new ShutdownSpec()) with
            {
                GracePeriodSeconds = spec.Shutdown?.GracePeriodSeconds ?? ShutdownSpec.DefaultGracePeriodSeconds,
                OnTimeout = spec.Shutdown?.OnTimeout ?? ShutdownTimeoutAction.Destroy,
            },
            OnHostStop = spec.OnHostStop ?? HostStopAction.Shutdown,
            OnHostStart = spec.OnHostStart ?? HostStartAction.Start,
            StartOrder = (spec.StartOrder ?? new StartOrderSpec()) with { Order = spec.StartOrder?.Order ?? 0, DelaySeconds = spec.StartOrder?.DelaySeconds ?? 0 },
            VbdTemplates = spec.VbdTemplates is { } vbds ? [.. vbds.Select(template => template.WithDefaults())] : null,
            VifTemplates = spec.VifTemplates is { } vifs ? [.. vifs.Select(template => template.WithDefaults())] : null,
        };
    }
}
