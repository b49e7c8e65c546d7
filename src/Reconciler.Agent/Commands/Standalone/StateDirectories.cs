using Reconciler.Agent.Hosts;

namespace Reconciler.Agent.Commands.Standalone;

/// <summary>Where the resources are kept when nothing else is said.</summary>
internal static class StateDirectories
{
    private const string OfRealHost = "/var/lib/reconciler/resources";

    /// <summary>A real host has one; a simulated one belongs to its user (XDG Base Directory: state that should persist).</summary>
    public static string Default(HostKind resolved)
    {
        if (resolved == HostKind.Libxl) return OfRealHost;
        var xdg = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(Path.IsPathRooted(xdg) ? xdg! : Path.Combine(home, ".local", "state"), "reconciler");
    }

    /// <summary>The file in which a simulated host keeps which volumes were made on it.</summary>
    public static string SimulatedVolumes(string directory) => Path.Combine(directory, "simulated-volumes.json");

    /// <summary>The file of a simulated host, which has to outlive the process as a real one does.</summary>
    public static string SimulatedHost(string directory) => Path.Combine(directory, "simulated-host.json");
}
