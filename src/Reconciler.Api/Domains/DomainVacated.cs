using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Json;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>The word of an agent that nothing of the domain is left on its host, and that it does not start it there: for one move only.</summary>
[Atomic]
public sealed record DomainVacated
{
    /// <summary>The XenHost whose agent says so.</summary>
    public required string Host { get; init; }

    /// <summary>The move that it answers: status.move.since.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public required DateTimeOffset Since { get; init; }
}
