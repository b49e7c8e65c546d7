namespace Reconciler.Xen.Simulation;

/// <summary>All that outlives a process on the simulated host. Serialized as it is.</summary>
internal sealed class MachineState
{
    /// <summary>1: without devices. Read as it is: its domains have none.</summary>
    public const int CurrentFormat = 2;

    public int Format { get; set; } = CurrentFormat;

    public required string BootId { get; set; }

    public int NextDomid { get; set; } = 1;

    public List<SimulatedDomain> Domains { get; init; } = [];

    /// <summary>Uuids that a process of ours is, or was when it died, making or destroying.</summary>
    public HashSet<Guid> Intents { get; init; } = [];

    public SortedDictionary<string, string> Xenstore { get; init; } = new(StringComparer.Ordinal);
}
