namespace Reconciler.Xen.Host;

/// <summary>One NUMA node of a host.</summary>
/// <param name="Id">Its number, from 0, as affinity and <c>xl info -n</c> have it; a number may be left out.</param>
/// <param name="MemoryKiB">What Xen counts as the node's memory, KiB: from its first to its last page, holes included, so that the sum may be more than the host has.</param>
/// <param name="Cpus">Its CPUs that are online.</param>
public sealed record NumaNode(int Id, long MemoryKiB, int Cpus);
