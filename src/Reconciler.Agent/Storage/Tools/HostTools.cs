using System.Diagnostics;

namespace Reconciler.Agent.Storage.Tools;

/// <summary>Programs where distributions put them, and nowhere else: the agent is root, and its PATH may be anybody's.</summary>
internal sealed class HostTools : ITools
{
    private static readonly string[] Folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <inheritdoc/>
    public async Task<ToolResult?> RunAsync(string program, params IReadOnlyList<string> arguments)
    {
        if (Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists) is not { } path) return null;
        var start = new ProcessStartInfo(path, arguments)
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
}
