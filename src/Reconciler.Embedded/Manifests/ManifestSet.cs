using Reconciler.Embedded.Storage;

namespace Reconciler.Embedded.Manifests;

/// <summary>All manifest files together: which object comes from which document. Pure.</summary>
internal sealed class ManifestSet
{
    private readonly IReadOnlyList<ManifestFile> _files;

    private ManifestSet(
        IReadOnlyList<ManifestFile> files, IReadOnlyDictionary<ObjectKey, ManifestDocument> documents,
        IReadOnlyList<ManifestProblem> problems)
    {
        _files = files;
        Documents = documents;
        Problems = problems;
    }

    /// <summary>Each object once: of two documents for one object the first counts, files in the order of their names.</summary>
    public IReadOnlyDictionary<ObjectKey, ManifestDocument> Documents { get; }

    public IReadOnlyList<ManifestProblem> Problems { get; }

    public static ManifestSet Of(IEnumerable<ManifestFile> files)
    {
        var ordered = files.OrderBy(f => f.Name, StringComparer.Ordinal).ToArray();
        var documents = new Dictionary<ObjectKey, ManifestDocument>();
        var problems = ordered.SelectMany(f => f.Problems).ToList();
        foreach (var document in ordered.SelectMany(f => f.Documents))
        {
            if (documents.TryAdd(document.Key, document)) continue;
            var first = documents[document.Key];
            problems.Add(document.Problem(field: null, $"is already in {first.File}:{first.Line}, which counts; remove one of the two"));
        }

        return new ManifestSet(ordered, documents, problems);
    }

    /// <summary>
    /// The file that may still hold an object which no document names; null: it was removed. A file that can't be read stops no guest.
    /// </summary>
    /// <param name="name">The object's name.</param>
    /// <param name="source">The file that it was last read from.</param>
    public ManifestFile? MayStillHold(string name, string? source) => _files.FirstOrDefault(f => f.MayHold(name, source));
}
