using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>How an ordered shutdown went.</summary>
[Atomic]
public sealed record ShutdownStatus
{
    /// <summary>Clean (the guest powered off) or Forced (its grace period was over).</summary>
    public required string Method { get; init; }

    /// <summary>When the guest was asked.</summary>
    public DateTimeOffset? RequestedAt { get; init; }

    /// <summary>When it was seen to be gone.</summary>
    public required DateTimeOffset At { get; init; }
}
