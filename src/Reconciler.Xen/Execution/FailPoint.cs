using System.Diagnostics;
using System.Globalization;

namespace Reconciler.Xen.Execution;

/// <summary>
/// For tests on a real host: a place in the code at which processes are killed (SIGKILL) when it is reached, once. Off unless the environment
/// of the process names a file, and without effect on the API: docs/decisions/0017-fail-points.md.
/// </summary>
/// <remarks>
/// The file has one line of two words, <c>PLACE VICTIM</c>. Places: <c>before:STEP</c> and <c>after:STEP</c> in the agent (steps by
/// <see cref="Planning.Step.Name"/>), <c>taken:OPERATION</c> and <c>done:OPERATION</c> in a worker. Victims: <c>self</c>, and <c>pod</c>, the cgroup
/// of the process that a worker works for. Whoever gets there renames the file before it strikes.
/// </remarks>
/// <param name="file">Where the file is when a place is armed; null: never.</param>
public sealed class FailPoint(string? file)
{
    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "RECONCILER_FAIL_POINT";

    /// <summary>As the environment says.</summary>
    public static FailPoint FromEnvironment() => new(Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file ? file : null);

    /// <summary>Does nothing, unless <paramref name="place"/> is armed.</summary>
    public void Reached(string place)
    {
        if (file is null || !File.Exists(file) || Line(file).Split(' ') is not [var armed, var victim] || armed != place)
            return;
        File.Move(file, file + ".reached", overwrite: true);
        if (victim is "pod")
            File.WriteAllText($"/sys/fs/cgroup{Line($"/proc/{Parent()}/cgroup").Split(':')[2]}/cgroup.kill", "1");
        if (victim is "self")
            Process.GetCurrentProcess().Kill();
    }

    private static string Line(string path) => File.ReadAllText(path).TrimEnd('\n');

    private static int Parent() => int.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal))["PPid:".Length..], CultureInfo.InvariantCulture);
}
