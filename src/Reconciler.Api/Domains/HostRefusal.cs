using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Json;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>
/// The agent of a host can't start the domain there for now: what was there when the host was chosen is there no more. It goes on trying;
/// the operator looks for another host meanwhile, and asks for the domain by status.move.
/// </summary>
[Atomic]
public sealed record HostRefusal
{
    /// <summary>The name of the XenHost. Of another host than status.host it says nothing.</summary>
    public required string Host { get; init; }

    /// <summary>Why, in one word: NotEnoughMemory, PoolNotReady, NetworkNotReady.</summary>
    public required string Reason { get; init; }

    /// <summary>Why, for people.</summary>
    public required string Message { get; init; }

    /// <summary>Since when the agent has refused; to the microsecond.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public required DateTimeOffset At { get; init; }
}
