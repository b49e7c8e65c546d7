namespace Reconciler.Xen.Host;

/// <summary>One life of a domain on a host. Xen gives a domid out again after a while; with the uuid beside it, it is unmistakable.</summary>
public readonly record struct DomainRef(Guid Uuid, int Domid)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Uuid} (domid {Domid})";
}
