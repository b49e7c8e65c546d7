using System.Runtime.InteropServices;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Native;

/// <summary>Finds libxenlight. Its soname changes with every Xen release, so the ones that this build knows are tried, newest first.</summary>
internal static class LibxlLibrary
{
    /// <summary>Names a library file to be used instead of the ones that are probed.</summary>
    public const string OverrideVariable = "RECONCILER_LIBXENLIGHT";

    private const int OldestMinor = 14;
    private const int NewestMinor = 22;

    public static string KnownVersions => $"Xen 4.{OldestMinor} to 4.{NewestMinor}";

    public static string Remedy =>
        $"Install the Xen toolstack libraries of this host (Debian: libxenmisc4.17), or mount them into the agent's container; {OverrideVariable}=/path/to/libxenlight.so.4.NN names a file directly";

    public static IEnumerable<string> Sonames =>
        Enumerable.Range(OldestMinor, NewestMinor - OldestMinor + 1).Reverse().Select(minor => $"libxenlight.so.4.{minor}");

    /// <summary>Loads the library; returns its handle and the name it was found by.</summary>
    /// <exception cref="XenException"><see cref="XenErrorCode.Unavailable"/>, naming what was looked for.</exception>
    public static (nint Handle, string Soname) Load(string? overridePath)
    {
        if (!string.IsNullOrEmpty(overridePath))
        {
            if (NativeLibrary.TryLoad(overridePath, out nint named)) return (named, Path.GetFileName(overridePath));
            throw Unavailable(File.Exists(overridePath)
                ? $"{OverrideVariable}={overridePath}: the file is there but can't be loaded as a library for this machine"
                : $"{OverrideVariable}={overridePath}: no such file");
        }

        foreach (string soname in Sonames)
            if (NativeLibrary.TryLoad(soname, out nint handle)) return (handle, soname);

        string[] unknown = [.. Installed()];
        throw Unavailable(unknown.Length == 0
            ? $"no libxenlight.so.4.{OldestMinor} to .4.{NewestMinor} in the library path"
            : $"{string.Join(", ", unknown)} is there, but this build knows {KnownVersions} only");
    }

    /// <summary>Versions of libxenlight that lie in the usual directories, whether this build knows them or not: for the message only.</summary>
    private static IEnumerable<string> Installed()
    {
        string[] directories =
            ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", $"/usr/lib/{Triplet}", $"/usr/local/lib/{Triplet}",
             .. (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)];
        return directories.Where(Directory.Exists)
            .SelectMany(directory => Directory.EnumerateFiles(directory, "libxenlight.so.*"))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
    }

    private static string Triplet => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64-linux-gnu" : "x86_64-linux-gnu";

    private static XenException Unavailable(string what) => new(XenErrorCode.Unavailable, "libxenlight", $"{what}. {Remedy}.");
}
