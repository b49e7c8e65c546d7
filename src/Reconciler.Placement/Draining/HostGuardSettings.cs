namespace Reconciler.Placement.Draining;

/// <summary>What the guards of hosts are made of.</summary>
/// <param name="Namespace">Where they are: the operator's own namespace.</param>
/// <param name="Image">What they run: the operator's image, whose command "guard" waits and does nothing.</param>
public sealed record HostGuardSettings(string Namespace, string Image);
