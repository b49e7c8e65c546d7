namespace Reconciler.Xen.Light.Devices;

/// <summary>A domain's QEMU, as a process.</summary>
internal static class DeviceModel
{
    /// <summary>The first pid namespace of a Linux host (PROC_PID_INIT_INO, include/linux/proc_ns.h). In another one processes of the host look gone.</summary>
    private const string HostNamespace = "pid:[4026531836]";

    /// <summary>Whether it has ended; false where that can't be told.</summary>
    /// <param name="pid">Its process id, on the host.</param>
    /// <param name="domid">The domain that it serves: the id may be another process's by now.</param>
    /// <param name="proc">Where proc(5) is.</param>
    public static bool HasEnded(int pid, int domid, string proc = "/proc")
    {
        try
        {
            if (new FileInfo($"{proc}/self/ns/pid").LinkTarget != HostNamespace) return false;

            // As libxl starts it (libxl_dm.c). One that has ended and was not waited for yet has no command line.
            return !File.ReadAllText($"{proc}/{pid}/cmdline").Contains($"-xen-domid\0{domid}\0", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ends just now (ESRCH), which is told anew; or it is hidden from this process.
            return false;
        }
    }
}
