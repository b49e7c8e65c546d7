namespace Reconciler.Xen.Store;

/// <summary>Where xenstored listens.</summary>
public static class XenstoreEndpoints
{
    /// <summary>Tried in this order: the daemon's socket, then the kernel's device, which reaches a xenstored in a stub domain as well.</summary>
    public static IReadOnlyList<string> Defaults { get; } =
        ["/run/xenstored/socket", "/var/run/xenstored/socket", "/dev/xen/xenbus", "/proc/xen/xenbus"];

    /// <summary>
    /// The socket or device to connect to: <c>XENSTORED_PATH</c>, else <c>XENSTORED_RUNDIR/socket</c> (both as libxenstore has them), else the
    /// first of <see cref="Defaults"/> that exists, else the first of them.
    /// </summary>
    public static string Resolve() => Resolve(Environment.GetEnvironmentVariable, File.Exists);

    internal static string Resolve(Func<string, string?> environment, Func<string, bool> exists)
    {
        if (environment("XENSTORED_PATH") is { Length: > 0 } path) return path;
        if (environment("XENSTORED_RUNDIR") is { Length: > 0 } directory) return $"{directory.TrimEnd('/')}/socket";
        return Defaults.FirstOrDefault(exists) ?? Defaults[0];
    }
}
