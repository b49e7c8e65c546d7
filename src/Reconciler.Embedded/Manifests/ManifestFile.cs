namespace Reconciler.Embedded.Manifests;

/// <summary>A manifest file as it was read.</summary>
/// <param name="Name">Its name in its directory.</param>
/// <param name="Text">Its content; null when it can't be read at all.</param>
/// <param name="Documents">The objects that it names.</param>
/// <param name="Problems">What is wrong with it.</param>
/// <param name="IsBroken">True when objects may be in it that can't be seen: then none that may be in it is taken for removed.</param>
internal sealed record ManifestFile(
    string Name, string? Text, IReadOnlyList<ManifestDocument> Documents, IReadOnlyList<ManifestProblem> Problems, bool IsBroken)
{
    public static ManifestFile Unreadable(string name, string reason) =>
        new(name, Text: null, [], [new ManifestProblem(name, Line: null, Object: null, $"can't be read: {reason}")], IsBroken: true);

    /// <summary>True when an object that was last seen in <paramref name="source"/> may still be in this file.</summary>
    public bool MayHold(string name, string? source) =>
        IsBroken && (source == Name || Text is null || Text.Contains(name, StringComparison.Ordinal));
}
