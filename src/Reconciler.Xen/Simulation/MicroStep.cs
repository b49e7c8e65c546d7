namespace Reconciler.Xen.Simulation;

/// <summary>A part of an operation that happens whole or not at all: one hypercall, one file, one xenstore transaction.</summary>
internal readonly record struct MicroStep(string Name, Action Act);
