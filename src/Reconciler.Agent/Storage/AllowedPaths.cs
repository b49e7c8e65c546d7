using Reconciler.Api.Conditions;
using Reconciler.Xen.Light.Policy;

namespace Reconciler.Agent.Storage;

/// <summary>Which paths of dom0 disks may be made of, by the host's policy.</summary>
internal sealed class AllowedPaths(HostPolicy policy)
{
    /// <summary>Of a path as it is written. Asked first: of what is outside not even its existence is told.</summary>
    public bool IsNamed(string path)
    {
        var written = Path.GetFullPath(path);
        return policy.DiskDirectories.Any(directory => IsWithin(written, Path.GetFullPath(directory))) || IsReal(written);
    }

    /// <summary>Of a path that is free of links.</summary>
    public bool IsReal(string path) => policy.DiskDirectories.Select(RealPath.Of).OfType<string>().Any(directory => IsWithin(path, directory));

    /// <param name="path">As it is written.</param>
    /// <param name="real">What it leads to.</param>
    public SourceState Refuse(string path, string real) => SourceState.Unusable(
        DeviceReadyCondition.NotAllowed,
        $"{path}{(path == real ? "" : $", which leads to {real},")} is outside of what this host allows disks to be made of ({string.Join(", ", policy.DiskDirectories)}). Use a file or device in one of them, or extend the agent's host policy.");

    public static bool IsWithin(string path, string directory) => path == directory.TrimEnd('/') || PolicyPaths.IsWithin(path, directory);
}
