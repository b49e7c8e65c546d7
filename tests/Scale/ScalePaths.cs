using Reconciler.Testing.Lab;

namespace Reconciler.Scale;

/// <summary>Where a run leaves what it has found.</summary>
internal static class ScalePaths
{
    public static string Results { get; } = Path.Combine(RepositoryRoot.Path, "artifacts", "scale");

    public static string Logs { get; } = Path.Combine(Results, "logs");
}
