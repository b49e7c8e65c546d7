namespace Reconciler.EndToEnd.Tests.Line;

/// <summary>A line whose host can run PVH guests, too.</summary>
public sealed class AllGuestsLineLab() : LineLab("all");
