using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Json;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>A host that had the domain and refused to start it.</summary>
[Atomic]
public sealed record PastRefusal
{
    /// <summary>The name of the XenHost.</summary>
    public required string Host { get; init; }

    /// <summary>Why, in one word: NotEnoughMemory, PoolNotReady, NetworkNotReady.</summary>
    public required string Reason { get; init; }

    /// <summary>When its agent refused, by that host's clock. To the microsecond.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public required DateTimeOffset RefusedAt { get; init; }

    /// <summary>How many times in a row.</summary>
    public required int Times { get; init; }

    /// <summary>The host is not chosen before, by the operator's clock, nor, where it lacked memory, before it has measured it anew. Doubles with each time.</summary>
    public required DateTimeOffset RetryAfter { get; init; }
}
