using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Json;

namespace Reconciler.Kubernetes.Model;

/// <summary>How often an event came again.</summary>
public sealed record EventSeries
{
    /// <summary>Occurrences up to now, the first one included; at least 2.</summary>
    public required int Count { get; init; }

    /// <summary>When it was last seen.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public required DateTimeOffset LastObservedTime { get; init; }
}
