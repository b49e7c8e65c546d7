namespace Reconciler.Xen.Host;

/// <summary>One domain as it should be on this host. Made from the resources by a pure mapping; knows nothing of Kubernetes.</summary>
public sealed record DesiredDomain
{
    /// <summary>The Xen UUID, equal to the object's uid.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The namespace of the object.</summary>
    public required string Namespace { get; init; }

    /// <summary>The name of the object.</summary>
    public required string Name { get; init; }

    /// <summary>The object's generation that this was made from.</summary>
    public required long Generation { get; init; }

    public required DomainType Type { get; init; }

    /// <summary>Virtual CPUs, 1 to 64.</summary>
    public required int Vcpus { get; init; }

    /// <summary>Memory at boot, KiB.</summary>
    public required long MemoryKiB { get; init; }

    public required DirectBoot Boot { get; init; }

    /// <summary>The disks that it should have, each with a device of its own.</summary>
    public ValueList<DesiredDisk> Disks { get; init => field = value ?? []; } = [];

    /// <summary>The NICs that it should have, each with an index of its own.</summary>
    public ValueList<DesiredNic> Nics { get; init => field = value ?? []; } = [];

    /// <summary>
    /// What it is not started without, and what is missing of it, in words; empty: nothing is. A domain that is on the host already is not
    /// touched for it.
    /// </summary>
    public ValueList<string> Awaited { get; init => field = value ?? []; } = [];

    /// <summary>
    /// The domain of somebody else's that it begins as, until the status says that it did. As long as it is set no domain is created: whoever names
    /// one that runs must never get a second.
    /// </summary>
    public Adoptee? Adopts { get; init; }

    /// <summary>What the domain should be doing.</summary>
    public required DesiredPower Power { get; init; }

    /// <summary>The Xen name. Dots are legal in neither a namespace nor the first place of a name, so it can't be ambiguous.</summary>
    public string XenName => $"{Namespace}.{Name}";

    public DomainKey Key => new(Uuid, XenName, Adopts?.XenUuid);
}
