namespace Reconciler.Xen.Light.Worker;

/// <summary>
/// Moves this process out of the agent's cgroup (cgroup v2). A device model stays in the cgroup of the process that started it; in the
/// agent's it would be killed with the agent's pod, and its guest's disks would hang.
/// </summary>
internal static class HostCgroup
{
    /// <returns>Null, or why it could not be done.</returns>
    public static string? Enter(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            File.WriteAllText(Path.Combine(path, "cgroup.procs"), Environment.ProcessId.ToString());
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"can't move to the cgroup {path} ({e.Message}): device models started by this worker end with the agent's pod. Mount the host's cgroup v2 hierarchy writable, or set another path.";
        }
    }
}
