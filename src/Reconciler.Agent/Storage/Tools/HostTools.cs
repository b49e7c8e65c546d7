using System.Diagnostics;

namespace Reconciler.Agent.Storage.Tools;

/// <summary>Programs where distributions put them, and nowhere else: the agent is root, and its PATH may be anybody's.</summary>
/// <remarks>
/// In a pod they are those of dom0, run where dom0's init is (nsenter(1); the pod shares the process ids): LVM's locks are files there, and
/// it waits for dom0's udev by semaphores.
/// </remarks>
internal sealed class HostTools : ITools
{
    private const string Enter = "/usr/bin/nsenter";

    private static readonly string[] Folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    private readonly bool _isInPod = IsInPod();

    /// <summary>Where dom0's own root directory is to be found: "/", or beside that of a pod.</summary>
    public static string Root => IsInPod() ? "/proc/1/root" : "/";

    /// <inheritdoc/>
    public async Task<ToolResult?> RunAsync(string program, params IReadOnlyList<string> arguments)
    {
        if (Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(path => File.Exists(_isInPod ? $"/proc/1/root{path}" : path)) is not { } path) return null;
        var start = new ProcessStartInfo(_isInPod ? Enter : path, _isInPod ? ["--target", "1", "--mount", "--ipc", "--uts", "--", path, .. arguments] : arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        start.Environment["LC_ALL"] = "C";
        start.Environment["LVM_SUPPRESS_FD_WARNINGS"] = "1"; // of descriptors that other threads have open just now
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new ToolResult(process.ExitCode, await output, string.Join("; ", (await error).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
    }

    private static bool IsInPod() => NamespaceOf("self") is { } own && NamespaceOf("1") is { } inits && own != inits;

    /// <summary>The mount namespace of a process; null: it can't be seen.</summary>
    private static string? NamespaceOf(string process)
    {
        try
        {
            return new FileInfo($"/proc/{process}/ns/mnt").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
