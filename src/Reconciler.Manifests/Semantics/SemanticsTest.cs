namespace Reconciler.Manifests.Semantics;

/// <summary>A test that shows one or more points.</summary>
/// <param name="Points">Their numbers.</param>
/// <param name="Sentence">What it shows: its name, as words.</param>
/// <param name="File">Path from the root of the repository, with '/'.</param>
/// <param name="Evidence">By what.</param>
public sealed record SemanticsTest(IReadOnlyList<int> Points, string Sentence, string File, IReadOnlyList<Evidence> Evidence);
