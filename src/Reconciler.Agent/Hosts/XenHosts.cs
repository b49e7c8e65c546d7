using Microsoft.Extensions.Logging;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light;
using Reconciler.Xen.Light.Policy;
using Reconciler.Xen.Light.Worker;
using Reconciler.Xen.Simulation;

namespace Reconciler.Agent.Hosts;

/// <summary>Opens the Xen host that the command line asks for.</summary>
internal static partial class XenHosts
{
    private const string PrivilegedCommands = "/dev/xen/privcmd";

    /// <summary>What <see cref="HostKind.Auto"/> means on this machine.</summary>
    public static HostKind Resolve(HostKind kind) =>
        kind != HostKind.Auto ? kind : File.Exists(PrivilegedCommands) ? HostKind.Libxl : HostKind.Simulated;

    /// <param name="kind">Which; <see cref="HostKind.Auto"/> is resolved.</param>
    /// <param name="bootDirectories">Directories of dom0 that kernels and ramdisks may be in; empty leaves the default.</param>
    /// <param name="simulatedState">Where the simulated host keeps its machine, so that guests outlive this process.</param>
    /// <param name="loggers">Where libxl's own lines go.</param>
    public static IXenHost Open(HostKind kind, IReadOnlyList<string> bootDirectories, string? simulatedState, ILoggerFactory loggers)
    {
        if (Resolve(kind) == HostKind.Simulated)
            return new SimulatedHost(SimulatedHostOptions.Lifelike with { StatePath = simulatedState, AllowedDirectories = bootDirectories });

        var logger = loggers.CreateLogger("Reconciler.Agent.Libxl");
        return new LibxlHost(
            new LibxlHostOptions
            {
                Policy = bootDirectories.Count == 0 ? new HostPolicy() : new HostPolicy { BootDirectories = bootDirectories },
                Workers = new WorkerOptions { OnLog = line => Log.FromLibxl(logger, line.Operation ?? "idle", line.Text) },
            },
            TimeProvider.System);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "libxl ({Operation}): {Text}")]
        public static partial void FromLibxl(ILogger logger, string operation, string text);
    }
}
