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

    /// <summary>What the one agent of a real host locks; a simulated host with a state directory has a lock of its own.</summary>
    public static string? LockFileOf(HostKind kind) => Resolve(kind) == HostKind.Libxl ? "/run/reconciler/agent.lock" : null;

    /// <param name="kind">Which; <see cref="HostKind.Auto"/> is resolved.</param>
    /// <param name="allowed">What of dom0 domains may use.</param>
    /// <param name="simulatedState">Where the simulated host keeps its machine, so that guests outlive this process.</param>
    /// <param name="loggers">Where libxl's own lines go.</param>
    public static IXenHost Open(HostKind kind, AllowedResources allowed, string? simulatedState, ILoggerFactory loggers)
    {
        if (Resolve(kind) == HostKind.Simulated)
            return new SimulatedHost(SimulatedHostOptions.Lifelike with 
            {
                StatePath = simulatedState,
                AllowedDirectories = allowed.BootDirectories,
                AllowedDiskDirectories = allowed.DiskDirectories,
                AdoptableDomains = allowed.AdoptableDomains,
            });

        var logger = loggers.CreateLogger("Reconciler.Agent.Libxl");
        return new LibxlHost(
            new LibxlHostOptions
            {
                Policy = PolicyOf(allowed),
                Workers = new WorkerOptions { OnLog = line => Log.FromLibxl(logger, line.Operation ?? "idle", line.Text) },
            },
            TimeProvider.System);
    }

    /// <summary>The policy of a real host.</summary>
    public static HostPolicy PolicyOf(AllowedResources allowed)
    {
        HostPolicy policy = new();
        return new HostPolicy
        {
            BootDirectories = Or(allowed.BootDirectories, policy.BootDirectories),
            DiskDirectories = Or(allowed.DiskDirectories, policy.DiskDirectories),
            Bridges = Or(allowed.Bridges, policy.Bridges),
            AdoptableDomains = allowed.AdoptableDomains,
        };
    }

    private static IReadOnlyList<string> Or(IReadOnlyList<string> given, IReadOnlyList<string> otherwise) => given.Count == 0 ? otherwise : given;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "libxl ({Operation}): {Text}")]
        public static partial void FromLibxl(ILogger logger, string operation, string text);
    }
}
