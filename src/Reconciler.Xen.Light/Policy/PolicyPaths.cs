namespace Reconciler.Xen.Light.Policy;

/// <summary>Comparing paths with the directories that a policy names.</summary>
internal static class PolicyPaths
{
    public static bool IsWithin(string path, string directory) => path.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal);
}
