using System.Collections.Concurrent;
using System.Diagnostics;

namespace Reconciler.Testing;

/// <summary>
/// Runs an asynchronous scenario on one thread under virtual time, like a discrete event simulation: everything that can run runs, and
/// only when all is at rest the clock jumps to the next timer. Hours pass in milliseconds, and a run repeats exactly.
/// </summary>
/// <remarks>
/// It works through the synchronization context that <c>await</c> captures. Code that leaves it (Task.Run, ConfigureAwait(false) inside
/// the framework) still works: it keeps the scenario's execution context, by which the loop knows the pool threads that run for it, and
/// before each jump it waits for them.
/// </remarks>
public static class VirtualLoop
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(0.2);
    private static readonly TimeSpan DeadlockPatience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often a pool thread that is at work for a scenario is waited for, a millisecond each time, before the clock goes on without it: it waits for the
    /// clock itself. Not a length of time: on a busy machine a second may pass in which it had no processor. Each time that this thread had one, it could have.
    /// </summary>
    private const int PoolPatience = 1000;

    /// <summary>Whose scenario a thread runs for; told of every thread that begins and ends to.</summary>
    private static readonly AsyncLocal<PumpContext?> RunsFor = new(static change =>
    {
        if (!change.ThreadContextChanged) return;
        change.PreviousValue?.ThreadEnds();
        change.CurrentValue?.ThreadBegins();
    });

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
        var context = new PumpContext();
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        RunsFor.Value = context;
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
            RunsFor.Value = null;
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private sealed class PumpContext : SynchronizationContext
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _ready = [];
        private readonly int _ownThread = Environment.CurrentManagedThreadId;
        private int _poolThreads;

        public void ThreadBegins() => Count(1);

        public void ThreadEnds() => Count(-1);

        /// <summary>What comes when the scenario has ended stays unread. It is not refused: what Post throws on a pool thread ends the process.</summary>
        public override void Post(SendOrPostCallback d, object? state) => _ready.Add((d, state));

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
        /// Lets work that left for the thread pool come back; true when there is something to run. What is queued there is run when what is
        /// queued behind it has been; what a thread has begun on, it is waited for: on a busy machine it may lose its processor meanwhile.
        /// </summary>
        public bool SettleThreadPool()
        {
            for (int quick = 0, waited = 0; PoolIsWide && quick < 4 && _ready.Count == 0 && waited < PoolPatience; waited++)
            {
                var started = Stopwatch.GetTimestamp();
                using var passed = new ManualResetEventSlim();
                ThreadPool.UnsafeQueueUserWorkItem(static e => e.Set(), passed, preferLocal: false);
                passed.Wait();
                // The thread with that work in hand may wait for this very processor.
                if (Volatile.Read(ref _poolThreads) > 0) Thread.Sleep(1);
                else if (Stopwatch.GetElapsedTime(started) >= Quick) quick = 0;
                else quick++;
                Thread.Yield();
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

        private void Count(int threads)
        {
            if (Environment.CurrentManagedThreadId != _ownThread) Interlocked.Add(ref _poolThreads, threads);
        }
    }
}
