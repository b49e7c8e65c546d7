using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>How a guest is shut down when the domain is to be halted or is deleted.</summary>
public sealed record ShutdownSpec
{
    public const int DefaultGracePeriodSeconds = 120;
    public const int MaximumGracePeriodSeconds = 86400;

    /// <summary>How long the guest has to power off after it was asked, seconds, 0 to 86400. 0: it is asked, and forced at once.</summary>
    [Default(DefaultGracePeriodSeconds)]
    [Range(0, MaximumGracePeriodSeconds)]
    public int? GracePeriodSeconds { get; init; }

    /// <summary>What happens when it has not: Destroy (as pulling the plug; status and an event say so) or Wait (as long as it takes).</summary>
    [Default(ShutdownTimeoutAction.Destroy)]
    public ShutdownTimeoutAction? OnTimeout { get; init; }
}
