using Microsoft.Extensions.Logging;
using Reconciler.Runtime.Hosting;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Devices;

namespace Reconciler.Agent.Storage.Loops;

/// <summary>Looks for loop devices that were left over volumes of ours, with the agent's start and every few minutes.</summary>
/// <param name="sweep">Null: the host has none.</param>
/// <param name="time">When it is time for it.</param>
/// <param name="logger">What was released.</param>
internal sealed partial class LoopSweeping(LoopSweep? sweep, TimeProvider time, ILogger logger) : OperatorLoop(OperatorPartOrder.Leading), IAsyncDisposable
{
    /// <summary>More than a hotplug script has: what is found twice is being attached by nobody.</summary>
    private static readonly TimeSpan Confirm = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        if (sweep is not null) await sweep.DisposeAsync();
    }

    /// <inheritdoc/>
    /// <remarks>Apart from the caller: looking through them reads many files.</remarks>
    protected override Task RunAsync(CancellationToken cancellationToken) =>
        sweep is null ? Task.CompletedTask : Task.Run(() => SweepAsync(sweep, cancellationToken), CancellationToken.None);
    private async Task SweepAsync(LoopSweep loops, CancellationToken cancellationToken)
    {
        for (var pause = Confirm; !cancellationToken.IsCancellationRequested; pause = pause == Confirm ? Period : Confirm)
        {
            try
            {
                foreach (var (loop, file) in loops.Run(file => Maker.MadeFor(file) is not null)) Log.Released(logger, loop, file);
            }
            catch (Exception e) when (e is XenException or IOException or UnauthorizedAccessException)
            {
                Log.Failed(logger, e.Message);
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "loop device {Loop} over the volume {File} was left over and is released")]
        public static partial void Released(ILogger logger, string loop, string file);

        [LoggerMessage(2, LogLevel.Debug, "loop devices can't be looked through: {Error}")]
        public static partial void Failed(ILogger logger, string error);
    }
}
