using System.Diagnostics;

namespace Reconciler.Xen.Light.Probe;

/// <summary>What xenstored itself has seen of requests, everybody's: of toolstacks, hotplug scripts, drivers and guests.</summary>
internal static class XenstoredLog
{
    private const string File = "/tmp/xenstored.log";

    public static void Begin()
    {
        System.IO.File.Delete(File);
        Control("logfile", File);
        Control("log", "on");
    }

    /// <summary>How many requests there were since; those of turning the log on and off left out.</summary>
    public static int End()
    {
        Control("log", "off");
        return System.IO.File.ReadLines(File).Count(line => line.StartsWith("IN ", StringComparison.Ordinal) && !line.Contains(" CONTROL ", StringComparison.Ordinal));
    }

    private static void Control(params string[] arguments)
    {
        using var control = Process.Start(new ProcessStartInfo("xenstore-control", arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        control.WaitForExit();
        if (control.ExitCode != 0) throw new InvalidOperationException($"xenstore-control {string.Join(' ', arguments)} ended with exit code {control.ExitCode}");
    }
}
