namespace Reconciler.Testing.Crashes;

/// <summary>What happens at a step, as the page has it.</summary>
public static class CrashColumns
{
    public const string AgentBefore = "agent killed before it";
    public const string AgentAfter = "agent killed after it";
    public const string AgentAndWorker = "agent and worker killed in it";
    public const string Pod = "agent killed in it with its pod, its worker goes on";
    public const string Worker = "worker killed in it";
    public const string Xenstored = "xenstored lost in it";
    public const string DiskFull = "disk full";
}
