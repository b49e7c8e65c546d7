using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <summary>One thing that goes wrong, once, at the first point that matches.</summary>
public sealed record Fault(FaultKind Kind)
{
    /// <summary>Only in this operation; null: in any.</summary>
    public HostOperation? Operation { get; init; }

    /// <summary>Only on this domain; null: on any.</summary>
    public Guid? Uuid { get; init; }

    /// <summary>Only before the micro-step of this name (<see cref="FaultPoint.Answer"/>: when all was done); null: at any point.</summary>
    public string? Before { get; init; }

    /// <summary>How many matching points to let pass first.</summary>
    public int Skip { get; init; }

    /// <summary>The code of a <see cref="FaultKind.Fail"/>.</summary>
    public XenErrorCode Code { get; init; } = XenErrorCode.Failed;

    /// <summary>How long a worker lives on after <see cref="FaultKind.DieAlone"/>.</summary>
    public TimeSpan Lasting { get; init; } = TimeSpan.FromSeconds(5);

    internal bool Matches(FaultPoint point) =>
        (Operation is null || Operation == point.Operation)
        && (Uuid is null || Uuid == point.Uuid)
        && (Before is null || Before == point.MicroStep);
}
