using Reconciler.Xen.Host;

namespace Reconciler.Agent.Mapping;

/// <summary>The words of <c>status.powerState</c>, and what can be asked for in each (after xapi's allowed_operations).</summary>
internal static class PowerStates
{
    public const string Running = "Running";
    public const string Paused = "Paused";
    public const string Halted = "Halted";
    public const string ShuttingDown = "ShuttingDown";
    public const string Suspended = "Suspended";
    public const string Crashed = "Crashed";
    public const string Unknown = "Unknown";

    public static string Of(Observation? observed, ObservedDomain? domain) => domain switch
    {
        null => observed is null ? Unknown : Halted,
        { Ownership: not DomainOwnership.Ours } => Halted, // not the domain of this object: that one is not there
        { State: RunState.Dying } => ShuttingDown,
        { State: RunState.ShutDown, ShutdownReason: ShutdownReason.Suspend } => Suspended,
        { State: RunState.ShutDown, ShutdownReason: ShutdownReason.Crash or ShutdownReason.Watchdog } => Crashed,
        { State: RunState.ShutDown } => Halted,
        { Mark.ShutdownRequestedAt: not null } => ShuttingDown,
        { State: RunState.Paused } => Paused,
        _ => Running,
    };

    public static IReadOnlyList<string> AllowedOperations(string powerState) => powerState switch
    {
        Running => ["Pause", "CleanShutdown", "HardShutdown"],
        Paused => ["Unpause", "CleanShutdown", "HardShutdown"],
        ShuttingDown => ["HardShutdown"],
        Halted or Crashed => ["Start"],
        _ => [],
    };
}
