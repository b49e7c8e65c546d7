namespace Reconciler.Xen.Light.Worker;

/// <summary>
/// How long each operation may take before its worker is killed. Each is longer than the sum of libxl's own limits within it (init 10 s,
/// hotplug 40 s, device model 60 s: tools/libs/light/libxl_internal.h), so that libxl's own, better, error comes first;
/// and none is so short that a slow host (software emulation, a dom0 that starves) is taken for a hang.
/// </summary>
public sealed record OperationLimits
{
    public TimeSpan Describe { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Observe { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Check { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan CreatePaused { get; init; } = TimeSpan.FromSeconds(180);

    public TimeSpan Inspect { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Adopt { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Unpause { get; init; } = TimeSpan.FromSeconds(75);

    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan RequestShutdown { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan WithdrawShutdown { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A destroy also detaches devices and scrubs memory; a large domain takes its time.</summary>
    public TimeSpan Destroy { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>Backend 10 s, script 40 s; and twice that for taking back what did not work.</summary>
    public TimeSpan Attach { get; init; } = TimeSpan.FromSeconds(120);

    public TimeSpan ConfigureNic { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan RequestDetach { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Backend 10 s, script 40 s.</summary>
    public TimeSpan Detach { get; init; } = TimeSpan.FromSeconds(75);
}
