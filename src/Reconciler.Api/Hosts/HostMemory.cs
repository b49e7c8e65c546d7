using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Json;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Hosts;

/// <summary>Memory of a host, as quantities.</summary>
[Atomic]
public sealed record HostMemory
{
    /// <summary>All memory.</summary>
    public required string Total { get; init; }

    /// <summary>What the hypervisor can give to new domains now.</summary>
    public required string Free { get; init; }

    /// <summary>When free was measured. Domains created later are not in it, and are counted as reservations. To the microsecond.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? MeasuredAt { get; init; }
}
