namespace Reconciler.Embedded.Storage;

/// <summary>What was found on disk.</summary>
/// <param name="Objects">What could be read.</param>
/// <param name="Damaged">What could not, set aside.</param>
/// <param name="ResourceVersion">The newest version that was ever given out.</param>
internal sealed record LoadedState(IReadOnlyList<StoredObject> Objects, IReadOnlyList<DamagedObject> Damaged, long ResourceVersion)
{
    public static LoadedState Empty { get; } = new([], [], 1);
}
