using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Devices;

/// <summary>How a device is taken from a running guest.</summary>
[Atomic]
public sealed record DetachSpec
{
    public const int DefaultTimeoutSeconds = 60;
    public const int MinimumTimeoutSeconds = 1;
    public const int MaximumTimeoutSeconds = 3600;

    /// <summary>
    /// What happens when the guest has not let go of the device in time: Wait (as long as it takes; the condition Ready says DetachBlocked)
    /// or Force (as pulling the cable: what the guest has not written is lost).
    /// </summary>
    [Default(DetachTimeoutAction.Wait)]
    public DetachTimeoutAction? OnTimeout { get; init; }

    /// <summary>How long the guest has to let go of the device after it was asked, seconds, 1 to 3600.</summary>
    [Default(DefaultTimeoutSeconds)]
    [Range(MinimumTimeoutSeconds, MaximumTimeoutSeconds)]
    public int? TimeoutSeconds { get; init; }
}
