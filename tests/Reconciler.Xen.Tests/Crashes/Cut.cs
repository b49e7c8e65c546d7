namespace Reconciler.Xen.Tests.Crashes;

/// <summary>A disaster at one step of a history.</summary>
/// <param name="Disaster">What happens.</param>
/// <param name="Step">The step's kind.</param>
/// <param name="Occurrence">0: at the first of its kind.</param>
/// <param name="Part">How many of its micro-steps are done by then, if it is in the middle.</param>
internal sealed record Cut(Disaster Disaster, string Step, int Occurrence, int Part);
