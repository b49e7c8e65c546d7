namespace Reconciler.Xen.Light.Policy;

/// <summary>Comparing paths with the directories that a policy names.</summary>
public static class PolicyPaths
{
    /// <summary>Whether a path is below a directory, at any depth. Compared as text: both are absolute and free of <c>..</c>.</summary>
    public static bool IsWithin(string path, string directory) => path.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal);
}
