using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Json;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>
/// A move from one host to another that has begun: shut down there, proof that nothing is left there, started here. Once it is written it
/// is never taken back, so nobody has to guess how far the other is.
/// </summary>
[Atomic]
public sealed record DomainMove
{
    /// <summary>The reason of a move off a host that is to be emptied.</summary>
    public const string Maintenance = "Maintenance";

    /// <summary>The reason of a move off a host that was lost and is known to be powered off.</summary>
    public const string Fenced = "Fenced";

    /// <summary>The reason of a move off a host whose agent refuses to start the domain there.</summary>
    public const string Refused = "Refused";

    /// <summary>The reason of a move to the host that spec.placement.hostName has come to ask for.</summary>
    public const string HostName = "HostName";

    /// <summary>The XenHost that is left.</summary>
    public required string From { get; init; }

    /// <summary>The XenHost that had room when the move began, and keeps it; the choice is made anew when the domain has left.</summary>
    public string? To { get; init; }

    /// <summary>Why: Maintenance, Fenced, Refused or HostName.</summary>
    public required string Reason { get; init; }

    /// <summary>When it began; to the microsecond, for it also tells this move from any other.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public required DateTimeOffset Since { get; init; }
}
