using Reconciler.Xen.Store;

namespace Reconciler.Xen.Light.Native;

/// <summary>Says why libxl can't reach the hypervisor, in terms of what an administrator can change.</summary>
internal static class HostAccess
{
    private const string Privcmd = "/dev/xen/privcmd";

    public static string Diagnose() => Diagnose(File.Exists, XenstoreEndpoints.Resolve());

    internal static string Diagnose(Func<string, bool> exists, string xenstore)
    {
        if (!exists(Privcmd))
            return $"{Privcmd} is not there: this is not domain 0 of a running Xen, or the module xen-privcmd is not loaded, or the container lacks the host's /dev/xen. Run the agent in domain 0, or use --host simulated.";
        if (!exists(xenstore))
            return $"xenstored can't be reached: {xenstore} is not there. Start xenstored, or mount the host's /run/xenstored into the container.";
        return $"{Privcmd} and {xenstore} are there but could not be opened; the worker's log says why. It needs root, and a libxenlight of the running hypervisor's version.";
    }
}
