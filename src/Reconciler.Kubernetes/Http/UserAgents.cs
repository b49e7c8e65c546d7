using System.Reflection;
using System.Runtime.InteropServices;

namespace Reconciler.Kubernetes.Http;

/// <summary>The User-Agent header: "reconciler-agent/0.1.0 (linux/amd64) node-1". Its first word is the default field manager of creates.</summary>
public static class UserAgents
{
    /// <param name="program">"reconciler-agent".</param>
    /// <param name="node">Which one of them; null when there is only one.</param>
    public static string For(string program, string? node = null)
    {
        var version = typeof(UserAgents).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
        var system = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "windows" : "other";

        // Go's names of architectures, as every other client of the server writes them.
        var architecture = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "amd64",
            Architecture.Arm64 => "arm64",
            var other => other.ToString().ToLowerInvariant(),
        };
        return $"{program}/{version} ({system}/{architecture}){(node is null ? "" : $" {node}")}";
    }
}
