using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>Virtual CPUs of a domain.</summary>
public sealed record CpuSpec
{
    public const int DefaultVcpus = 1;
    public const int MinimumVcpus = 1;
    public const int MaximumVcpus = 64;

    /// <summary>Number of virtual CPUs, 1 to 64. A change takes effect when the domain is next started.</summary>
    [Default(DefaultVcpus)]
    [Range(MinimumVcpus, MaximumVcpus)]
    public int? Vcpus { get; init; }
}
