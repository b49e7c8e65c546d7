namespace Reconciler.Embedded.Storage;

/// <summary>A file of a state directory, as far as its path tells.</summary>
internal sealed record StateFile(string Path, ObjectKey Key, string Uid)
{
    public bool IsDamaged => Path.EndsWith(StateLayout.DamagedSuffix, StringComparison.Ordinal);
}
