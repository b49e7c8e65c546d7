using System.Runtime.InteropServices;
using Reconciler.Xen.Execution;
using Reconciler.Xen.Light.Native;

namespace Reconciler.Xen.Light.Worker;

/// <summary>
/// The worker process: libxl lives here and not in the agent. It takes one operation at a time as a JSON line on standard input and answers
/// with a JSON line on standard output; standard error carries what libxl and its scripts say.
/// </summary>
/// <remarks>
/// <para>libxl forks (device models, hotplug scripts) and wants SIGCHLD, and it can hang or end its process: none of that is for an agent.
/// Nothing here may start a process itself.</para>
/// <para>When standard input ends (the agent died, or has no more work) the operation at hand is finished first; nothing is cut short.</para>
/// <para>In a container the agent needs the host's process ids (<c>hostPID</c>): the end of a container's process 1 kills every process in
/// its pid namespace, workers in other cgroups included.</para>
/// </remarks>
public static class XlWorker
{
    /// <summary>The command of the agent's binary that runs a worker.</summary>
    public const string Command = "xl-worker";

    /// <summary>Serves standard input until it ends. The caller returns the result as the process's exit code and has started nothing else.</summary>
    public static int Run()
    {
        // What ends the agent (Ctrl-C, a service that stops) must not end an operation. Only the end of input and SIGKILL end a worker.
        PosixSignalRegistration[] ignored =
            [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT]).Select(
                signal => PosixSignalRegistration.Create(signal, static context => context.Cancel = true))];

        // Whatever else is written to standard output (a library's printf, a script's echo) goes to the log; children read from nowhere.
        using var input = Private(0, FileAccess.Read);
        using var output = Private(1, FileAccess.Write);
        using var log = Private(2, FileAccess.Write);
        using (var nowhere = File.OpenHandle("/dev/null"))
            if (Libc.Duplicate((int)nowhere.DangerousGetHandle(), 0) < 0 || Libc.Duplicate(2, 1) < 0)
                throw new IOException($"dup2: {Marshal.GetLastPInvokeErrorMessage()}");

        var exitCode = new WorkerLoop(input, output, log, Open, FailPoint.FromEnvironment()).RunAsync().GetAwaiter().GetResult();
        foreach (var registration in ignored) registration.Dispose();
        return exitCode;
    }

    private static (ILibxl, string) Open(string? library)
    {
        var libxl = new Libxl(library); // lives as long as the process
        return (libxl, libxl.Soname);
    }

    private static FileStream Private(int descriptor, FileAccess access) => new(Libc.DuplicatePrivately(descriptor), access, bufferSize: 0);
}
