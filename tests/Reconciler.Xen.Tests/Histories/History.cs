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
    public override string ToString() =>
        $"\n  {Type}, boots in {BootSeconds} s, {Answer} in {ShutdownSeconds} s, grace {GraceSeconds} s, teardown {TeardownSeconds} s, "
        + $"{Policy.RestartPolicy}, {Policy.OnShutdownTimeout}\n  "
        + string.Join("\n  ", Happenings);
}
