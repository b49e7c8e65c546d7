namespace Reconciler.Manifests.Semantics;

/// <summary>One numbered point that the operator runtime gets right.</summary>
/// <param name="Number">Stable.</param>
/// <param name="Name">A few words.</param>
/// <param name="Section">The heading that it stands under.</param>
/// <param name="Files">Where it is implemented: paths from the root of the repository.</param>
public sealed record RuntimePoint(int Number, string Name, string Section, IReadOnlyList<string> Files);
