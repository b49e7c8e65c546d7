namespace Reconciler.Xen.Simulation;

/// <summary>A worker that outlived the process it worked for, and does the rest of its operation at <paramref name="Due"/>.</summary>
internal sealed record Orphan(Guid? Uuid, DateTimeOffset Due, IReadOnlyList<MicroStep> Rest);
