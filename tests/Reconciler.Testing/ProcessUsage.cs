using System.Globalization;

namespace Reconciler.Testing;

/// <summary>What a process has used so far, from /proc (proc(5)).</summary>
/// <param name="CpuSeconds">User and system time.</param>
/// <param name="ResidentMiB">Resident memory now.</param>
/// <param name="PeakResidentMiB">The most that it ever was.</param>
public readonly record struct ProcessUsage(double CpuSeconds, double ResidentMiB, double PeakResidentMiB)
{
    // USER_HZ, which is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    public static ProcessUsage Of(int process)
    {
        // The name in parentheses may hold blanks; utime and stime are the 12th and 13th fields after it.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        double resident = 0, peak = 0;
        foreach (var line in File.ReadLines($"/proc/{process}/status"))
        {
            if (line.StartsWith("VmRSS:", StringComparison.Ordinal))
                resident = MiB(line);
            else if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
                peak = MiB(line);
        }
        return new ProcessUsage(ticks / TicksPerSecond, resident, peak);
    }

    private static double MiB(string line) =>
        double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^2], CultureInfo.InvariantCulture) / 1024;
}
