using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Devices;

/// <summary>What a device waits for.</summary>
[Atomic]
public sealed record WaitingFor
{
    /// <summary>In one word, CamelCase: Frontend, FrontendClosed, Backend, Volume, ...</summary>
    public required string Reason { get; init; }

    /// <summary>For people: who has to do what.</summary>
    public string? Message { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When the wait is given up or forced; not set when only an event ends it.</summary>
    public DateTimeOffset? Deadline { get; init; }
}
