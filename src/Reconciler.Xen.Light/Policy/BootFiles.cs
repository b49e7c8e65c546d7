using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Policy;

/// <summary>Whether a domain's boot files are there and may be used on this host, and where they really are.</summary>
internal static class BootFiles
{
    /// <summary>The objections, empty if there are none; then <paramref name="resolved"/> has the real paths, free of links.</summary>
    public static IReadOnlyList<HostObjection> Check(DirectBoot boot, HostPolicy policy, out DirectBoot resolved)
    {
        List<HostObjection> objections = [];
        var kernel = Check("boot.kernel", "Kernel", boot.Kernel, policy, objections);
        var ramdisk = string.IsNullOrEmpty(boot.Ramdisk) ? null : Check("boot.ramdisk", "Ramdisk", boot.Ramdisk, policy, objections);
        resolved = boot with { Kernel = kernel ?? boot.Kernel, Ramdisk = ramdisk };
        return objections;
    }

    private static string? Check(string field, string what, string path, HostPolicy policy, List<HostObjection> objections)
    {
        var (objection, real) = Judge(field, what, path, policy);
        if (objection is not null) objections.Add(objection);
        return real;
    }

    private static (HostObjection? Objection, string? Real) Judge(string field, string what, string path, HostPolicy policy)
    {
        if (!Path.IsPathFullyQualified(path))
            return (new(field, "PathNotAllowed", $"\"{path}\" is not an absolute path in dom0."), null);

        // Asked of the name first: of files outside the allowed directories not even their existence is told.
        var allowed = policy.BootDirectories.Select(RealPath.Of).OfType<string>().ToArray();
        var written = Path.GetFullPath(path);
        if (!policy.BootDirectories.Any(directory => PolicyPaths.IsWithin(written, Path.GetFullPath(directory))) && !allowed.Any(directory => PolicyPaths.IsWithin(written, directory)))
            return (NotAllowed(field, path, "", policy), null);

        if (RealPath.Of(path) is not { } real)
            return (new(field, $"{what}NotFound", $"{path} is not on this host. Put it there, or correct the path."), null);
        if (!allowed.Any(directory => PolicyPaths.IsWithin(real, directory)))
            return (NotAllowed(field, path, $", which leads to {real},", policy), null);
        if (Directory.Exists(real))
            return (new(field, $"{what}NotFound", $"{path} is a directory; name a file."), null);

        try
        {
            using var file = File.OpenHandle(real);
            return RandomAccess.GetLength(file) > 0 ? (null, real) : (new(field, $"{what}NotReadable", $"{path} is empty."), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (new(field, $"{what}NotReadable", $"{path} can't be read: {e.Message} Correct its permissions on the host."), null);
        }
    }

    private static HostObjection NotAllowed(string field, string path, string leadsTo, HostPolicy policy) => new(
        field,
        "PathNotAllowed",
        $"{path}{leadsTo} is outside the directories that this host allows to boot from ({string.Join(", ", policy.BootDirectories)}). Use a file in one of them, or extend the agent's host policy.");
}
