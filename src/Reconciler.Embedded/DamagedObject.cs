namespace Reconciler.Embedded;

/// <summary>An object whose state file could not be read and was set aside.</summary>
/// <param name="Type">"domains.xen.reconciler.dev".</param>
/// <param name="Namespace">Null for cluster-scoped kinds.</param>
/// <param name="Name">The object's name.</param>
/// <param name="Uid">Its uid: whoever creates the object anew gets it.</param>
/// <param name="Path">Where the damaged file is now.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record DamagedObject(string Type, string? Namespace, string Name, string Uid, string Path, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"the state of {Type} {(Namespace is null ? "" : $"{Namespace}/")}{Name} is damaged ({Reason}); it was set aside as {Path}. "
        + $"Its uid {Uid} is kept: apply its manifest to restore it, or remove that file and restart to let it go";
}
