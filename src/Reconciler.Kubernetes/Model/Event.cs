using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Json;

namespace Reconciler.Kubernetes.Model;

/// <summary>events.k8s.io/v1 Event: something happened to an object. For a cluster-scoped object it lives in namespace "default".</summary>
public sealed record Event : IResource<Event>
{
    /// <inheritdoc/>
    public static ResourceDefinition<Event> Definition { get; } = new()
    {
        Group = "events.k8s.io",
        Version = "v1",
        Kind = "Event",
        Plural = "events",
        JsonTypeInfo = BuiltInJsonContext.Instance.Event,
    };

    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get; init => field = value ?? new ObjectMeta(); } = new();

    /// <summary>When it was first seen. Null only on events that others made through the core API.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>Set once the same thing happened again.</summary>
    public EventSeries? Series { get; init; }

    /// <summary>"reconciler.dev/agent": a qualified name.</summary>
    public string? ReportingController { get; init; }

    /// <summary>The pod or host that saw it; at most 128 bytes.</summary>
    public string? ReportingInstance { get; init; }

    /// <summary>What was done or failed: "Starting". CamelCase, at most 128 bytes.</summary>
    public string? Action { get; init; }

    /// <summary>Why: "ImageCorrupt". CamelCase, at most 128 bytes.</summary>
    public string? Reason { get; init; }

    /// <summary>The object that it is about.</summary>
    public ObjectReference? Regarding { get; init; }

    /// <summary>A second object that takes part.</summary>
    public ObjectReference? Related { get; init; }

    /// <summary>For people; at most 1 KiB.</summary>
    public string? Note { get; init; }

    /// <summary>"Normal" or "Warning".</summary>
    public string? Type { get; init; }
}
