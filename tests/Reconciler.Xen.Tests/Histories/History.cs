using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using Reconciler.Xen.Simulation;

namespace Reconciler.Xen.Tests.Histories;

/// <summary>A guest, a policy, and what happens to them.</summary>
public sealed record History(
    ShutdownAnswer Answer,
    DomainType Type,
    int BootSeconds,
    int ShutdownSeconds,
    int GraceSeconds,
    int TeardownSeconds,
    DomainPolicy Policy,
    IReadOnlyList<Happening> Happenings)
{
    /// <summary>What the guest does with its devices.</summary>
    public DeviceAnswer Devices { get; init; }

    /// <summary>How long it takes for that.</summary>
    public int DeviceSeconds { get; init; }

    /// <summary>When it hands its devices over to another kernel, if it does.</summary>
    public int? ReattachSeconds { get; init; }

    /// <summary>What it has at first (<see cref="Histories.Gear"/>).</summary>
    public string Gear { get; init; } = "";

    public DetachPolicy Detach { get; init; } = DetachPolicy.Default;

    public override string ToString() =>
        $"\n  {Type}, boots in {BootSeconds} s, {Answer} in {ShutdownSeconds} s, grace {GraceSeconds} s, teardown {TeardownSeconds} s, "
        + $"{Policy.RestartPolicy}, {Policy.OnShutdownTimeout}\n  "
        + $"gear '{Gear}', {Devices} in {DeviceSeconds} s, reattaches at {ReattachSeconds?.ToString() ?? "no time"}, {Detach}\n  "
        + string.Join("\n  ", Happenings);
}
