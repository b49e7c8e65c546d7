namespace Reconciler.Xen.Tests.Crashes;

/// <summary>What happens at a step.</summary>
internal enum Disaster
{
    /// <summary>The agent is killed before it has looked at the step's guard.</summary>
    AgentBefore,

    /// <summary>The agent is killed when the step has ended, before anything follows from that.</summary>
    AgentAfter,

    /// <summary>The agent is killed in the middle, and its worker with it: what was done so far stays done.</summary>
    AgentAndWorker,

    /// <summary>The agent is killed in the middle, with its whole pod; its worker, outside of that, does the rest.</summary>
    AgentAlone,

    /// <summary>The worker is killed in the middle, the agent lives.</summary>
    Worker,

    /// <summary>The connection to xenstored is lost in the middle, and there is none for some passes.</summary>
    Xenstored,

    /// <summary>From before the step on, for some passes, no file can be written.</summary>
    DiskFull,
}
