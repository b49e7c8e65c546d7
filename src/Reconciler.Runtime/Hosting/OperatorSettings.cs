using Reconciler.Runtime.Leadership;

namespace Reconciler.Runtime.Hosting;

/// <summary>How the process runs as a whole.</summary>
public sealed class OperatorSettings
{
    /// <summary>Who this is: field manager of server-side apply and reporting controller of events. Fixed for the life of the product.</summary>
    public string Name { get; set; } = "reconciler";

    /// <summary>Which process of it: the pod's or the node's name. In events.</summary>
    public string Instance { get; set; } = Environment.MachineName;

    /// <summary>Null: no election: every process works, unless the services have an <see cref="ILeadership"/> of another kind.</summary>
    public LeaderElectionOptions? LeaderElection { get; set; }

    /// <summary>
    /// How long reconciles in progress may take to end after a stop. With what follows it must fit into the host's shutdown timeout and
    /// the pod's termination grace period, both 30 s by default.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long flushing events may take, and releasing the lease.</summary>
    public TimeSpan FlushTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Ends the process at once, with this exit code, when leadership is lost: another leads already, and nothing of this process may
    /// write any more. For tests to replace.
    /// </summary>
    public Action<int> Exit { get; set; } = Environment.Exit;
}
