using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Json;

namespace Reconciler.Kubernetes.Model;

/// <summary>The record that candidates compete for. Its times are the holder's clock: compare them with nobody else's.</summary>
public sealed record LeaseSpec
{
    /// <summary>Null or empty: nobody holds it.</summary>
    public string? HolderIdentity { get; init; }

    /// <summary>Seconds that others wait after the last change that they saw, before they take over.</summary>
    public int? LeaseDurationSeconds { get; init; }

    /// <summary>When the holder got it.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? AcquireTime { get; init; }

    /// <summary>When the holder last said that it lives.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? RenewTime { get; init; }

    /// <summary>How often the holder changed.</summary>
    public int? LeaseTransitions { get; init; }
}
