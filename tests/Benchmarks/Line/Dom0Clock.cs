using System.Diagnostics;
using System.Globalization;
using Reconciler.Testing.Lab;

namespace Reconciler.Benchmarks.Line;

/// <summary>How far the clock of dom0 is from this machine's.</summary>
/// <param name="Offset">Dom0's clock less ours.</param>
/// <param name="Error">How far off that may be, either way.</param>
internal sealed record Dom0Clock(TimeSpan Offset, TimeSpan Error)
{
    private const int Questions = 50;

    /// <summary>When it is, or was, here, as dom0's clock shows <paramref name="dom0"/>.</summary>
    public DateTimeOffset Here(DateTimeOffset dom0) => dom0 - Offset;

    /// <summary>
    /// Asks dom0 for the time over one login that stays open. Each answer lies between its question and its arrival; the pair that is closest
    /// together tells most.
    /// </summary>
    public static async Task<Dom0Clock> CompareAsync(XenHostLab xen, CancellationToken cancellationToken)
    {
        // $EPOCHREALTIME is bash's own, in microseconds: no process is started for an answer.
        var start = new ProcessStartInfo(Path.Combine(RepositoryRoot.Path, "tests/lab/xen-host/host.sh"))
        {
            ArgumentList = { "exec", xen.Folder, "bash -c 'while read -r _; do echo $EPOCHREALTIME; done'" },
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start) ?? throw new LabException("host.sh can't be started");
        try
        {
            var closest = new Dom0Clock(TimeSpan.Zero, TimeSpan.MaxValue);
            for (var question = 0; question < Questions; question++)
            {
                var asked = DateTimeOffset.UtcNow;
                await process.StandardInput.WriteLineAsync("?".AsMemory(), cancellationToken);
                await process.StandardInput.FlushAsync(cancellationToken);
                var answer = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new LabException("dom0 does not tell the time");
                var half = (DateTimeOffset.UtcNow - asked) / 2;
                if (half < closest.Error)
                    closest = new Dom0Clock(Time(answer) - (asked + half), half);
            }
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            return closest;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Seconds since 1970 with six decimals, as <c>$EPOCHREALTIME</c> has them.</summary>
    public static DateTimeOffset Time(string epoch) =>
        DateTimeOffset.UnixEpoch + TimeSpan.FromTicks((long)(decimal.Parse(epoch, CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond));
}
