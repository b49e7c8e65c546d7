using Reconciler.Xen.Light.Policy;
using Reconciler.Xen.Light.Worker;

namespace Reconciler.Xen.Light;

/// <summary>How <see cref="LibxlHost"/> reaches the host. The defaults are those of a Xen dom0 and of an agent that starts its own binary.</summary>
public sealed record LibxlHostOptions
{
    /// <summary>Which files, block devices and bridges of dom0 domains may use.</summary>
    public HostPolicy Policy { get; init; } = new();

    /// <summary>How worker processes are started.</summary>
    public WorkerOptions Workers { get; init; } = new();

    /// <summary>What each operation may take before its worker is killed.</summary>
    public OperationLimits Limits { get; init; } = new();

    /// <summary>
    /// xenstored's socket or device, null: found by itself at each attempt to connect.
    /// </summary>
    public string? XenstorePath { get; init; }

    /// <summary>
    /// Changes on the host that come together become one observation: how long <see cref="LibxlHost.SignalsAsync"/> waits for more.
    /// </summary>
    public TimeSpan SignalDelay { get; init; } = TimeSpan.FromMilliseconds(50);
}
