using System.Collections.Concurrent;
using System.Diagnostics;

namespace Reconciler.Testing;

/// <summary>
/// Runs an asynchronous scenario on one thread under virtual time, like a discrete event simulation: everything that can run runs, and
/// only when all is at rest the clock jumps to the next timer. Hours pass in milliseconds, and a run repeats exactly.
/// </summary>
/// <remarks>
/// It works through the synchronization context that <c>await</c> captures. Code that leaves it (Task.Run, ConfigureAwait(false) inside
/// the framework) still works: before each jump the thread pool is given time to come back, which is a courtesy and no guarantee.
/// </remarks>
public static class VirtualLoop
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(0.2);
    private static readonly TimeSpan DeadlockPatience = TimeSpan.FromSeconds(5);

    // Loops of parallel tests sit on pool threads while they wait for the pool; it would add new ones only every half second.
    private static readonly bool PoolIsWide = ThreadPool.SetMinThreads(32, 32);

    /// <summary>Runs the scenario to its end and rethrows what it throws.</summary>
    /// <param name="scenario">Gets the clock; everything it awaits must follow that clock.</param>
    /// <param name="limit">Virtual time after which the scenario has failed; one day when null.</param>
    /// <param name="time">The clock; a new one when null.</param>
    public static void Run(Func<VirtualTime, Task> scenario, TimeSpan? limit = null, VirtualTime? time = null)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        time ??= new VirtualTime();
        var end = time.Elapsed + (limit ?? TimeSpan.FromDays(1));
        using var context = new PumpContext();
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            var done = scenario(time);
            while (true)
            {
                context.RunReady();
                if (done.IsCompleted)
                {
                    done.GetAwaiter().GetResult();
                    return;
                }

                if (context.SettleThreadPool())
                {
                    continue;
                }

                if (time.Elapsed > end)
                {
                    throw new TimeoutException($"The scenario did not end within {time.Elapsed} of virtual time.");
                }

                if (!time.AdvanceToNextTimer() && !context.WaitForOutside(DeadlockPatience) && !done.IsCompleted)
                {
                    throw new TimeoutException("Nothing is ready, no timer is armed, and the scenario has not ended: it waits for something that never comes.");
                }
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private sealed class PumpContext : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _ready = [];

        public override void Post(SendOrPostCallback d, object? state)
        {
            if (!_ready.IsAddingCompleted)
            {
                _ready.Add((d, state));
            }
        }

        public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("One thread: post, don't send.");

        public override SynchronizationContext CreateCopy() => this;

        public void RunReady()
        {
            while (_ready.TryTake(out var work))
            {
                work.Callback(work.State);
            }
        }

        /// <summary>
        /// Lets work that left for the thread pool come back; true when there is something to run. On a busy machine a pool thread may lose
        /// its processor with that work in hand: then what is queued behind it takes long too, and that is asked for again.
        /// </summary>
        public bool SettleThreadPool()
        {
            for (var (round, quick) = (0, 0); PoolIsWide && round < 50 && quick < 4 && _ready.Count == 0; round++)
            {
                var started = Stopwatch.GetTimestamp();
                using var passed = new ManualResetEventSlim();
                ThreadPool.UnsafeQueueUserWorkItem(static e => e.Set(), passed, preferLocal: false);
                passed.Wait();
                // The thread with that work in hand may wait for this very processor.
                Thread.Yield();
                quick = Stopwatch.GetElapsedTime(started) < Quick ? quick + 1 : 0;
            }

            return _ready.Count > 0;
        }

        public bool WaitForOutside(TimeSpan patience)
        {
            if (!_ready.TryTake(out var work, patience))
            {
                return false;
            }

            work.Callback(work.State);
            return true;
        }

        public void Dispose() => _ready.CompleteAdding();
    }
}
