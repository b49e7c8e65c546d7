namespace Reconciler.Xen.Simulation;

/// <summary>As much of a xenstore as the simulated host needs: paths and values.</summary>
internal sealed class XenstoreTree(SortedDictionary<string, string> nodes)
{
    public string? Read(string path) => nodes.GetValueOrDefault(path);

    public void Write(string path, string value) => nodes[path] = value;

    /// <summary>Removes the node and all below it.</summary>
    public void Remove(string path)
    {
        var below = path + "/";
        foreach (var key in nodes.Keys.Where(k => k == path || k.StartsWith(below, StringComparison.Ordinal)).ToArray())
            nodes.Remove(key);
    }

    public static string Domain(int domid) => $"/local/domain/{domid}";

    public static string Name(int domid) => $"/local/domain/{domid}/name";

    public static string Shutdown(int domid) => $"/local/domain/{domid}/control/shutdown";
}
