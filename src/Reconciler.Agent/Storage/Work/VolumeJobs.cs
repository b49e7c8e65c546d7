using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Reconciler.Agent.Mapping;
using Reconciler.Api.Conditions;
using Reconciler.Runtime;

namespace Reconciler.Agent.Storage.Work;

/// <summary>The work on volumes that is going on: one at a time for each path, a few side by side, each tried again until it is done or not wanted any more.</summary>
/// <remarks>
/// <para>Expected flow: a look at a Domain finds that a volume has to be made, filled or grown and starts a job; later looks are told its
/// state; it ends, the Domain's key is signalled, and the next look finds the volume as it should be. So nothing is remembered: an agent
/// that was started anew finds the volume unfinished and begins again.</para>
/// <para>Guarantees: what a job has not finished carries no volume's name. A job whose order has changed is stopped before the next
/// begins; one that nobody asks for any more is not tried again.</para>
/// </remarks>
internal sealed partial class VolumeJobs : IAsyncDisposable
{
    /// <summary>Jobs that read and write at the same time: more would only make each other wait for the disks.</summary>
    private const int SideBySide = 4;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(5);

    /// <summary>A look comes every 15 s while a volume is not ready.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _jobs = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _slots = new(SideBySide);
    private readonly Channel<ObjectKey> _signals = Channel.CreateUnbounded<ObjectKey>();
    private readonly CancellationTokenSource _stop = new();

    public VolumeJobs(TimeProvider time, ILogger logger) => (_time, _logger) = (time, logger);

    /// <summary>The keys of Domains for whose volumes something has changed.</summary>
    public IAsyncEnumerable<ObjectKey> SignalsAsync(CancellationToken cancellationToken) => _signals.Reader.ReadAllAsync(cancellationToken);

    /// <summary>What is going on with a volume; null: nothing.</summary>
    /// <remarks>Jobs of the same VBD that it does not want any more are stopped by the way.</remarks>
    public SourceState? StateOf(DiskSource source)
    {
        lock (_gate)
        {
            foreach (var other in _jobs.Values.Where(entry => entry.Job.Order.ObjectUid == source.ObjectUid && !entry.Job.Order.IsSameOrderAs(source)))
                other.Stop.Cancel();
            if (!_jobs.TryGetValue(source.Path, out var entry)) return null;
            entry.Job.Ask();
            return entry.Job.State;
        }
    }

    /// <summary>Begins a job, unless there is one for that path.</summary>
    /// <param name="source">What it is for.</param>
    /// <param name="what">For people: what is being done.</param>
    /// <param name="work">Throws <see cref="VolumeException"/> or <see cref="IOException"/> when it can't be done; leaves nothing half then.</param>
    public SourceState Start(DiskSource source, string what, Func<VolumeJob, CancellationToken, Task> work)
    {
        lock (_gate)
        {
            if (_jobs.TryGetValue(source.Path, out var running)) return running.Job.State;
            var job = new VolumeJob(source with { IsAttached = false }, what, _time, Signal);
            var entry = new Entry(job, CancellationTokenSource.CreateLinkedTokenSource(_stop.Token));
            _jobs.Add(source.Path, entry);
            entry.Running = Task.Run(() => RunAsync(entry, work), CancellationToken.None);
            return job.State;
        }
    }

    /// <summary>Stops the job of a VBD, and waits until it has taken away what it had not finished.</summary>
    public async Task StopAsync(Guid objectUid, CancellationToken cancellationToken)
    {
        foreach (var running in Cancel(objectUid)) await running.WaitAsync(cancellationToken);
    }

    /// <summary>Bytes that jobs in a pool have yet to take from it.</summary>
    public long OutstandingIn(PoolPlace pool)
    {
        lock (_gate) return _jobs.Values.Where(entry => entry.Job.Order.Pool == pool).Sum(entry => entry.Job.Outstanding);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task[] running;
        lock (_gate) running = [.. _jobs.Values.Select(entry => entry.Running)];
        // A program of LVM's that hangs is not waited for: what it was to do is found unfinished.
        await Task.WhenAll(running).WaitAsync(LastMoment).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private Task[] Cancel(Guid objectUid)
    {
        lock (_gate)
        {
            Entry[] entries = [.. _jobs.Values.Where(entry => entry.Job.Order.ObjectUid == objectUid)];
            foreach (var entry in entries) entry.Stop.Cancel();
            return [.. entries.Select(entry => entry.Running)];
        }
    }

    private async Task RunAsync(Entry entry, Func<VolumeJob, CancellationToken, Task> work)
    {
        var (job, stop) = (entry.Job, entry.Stop.Token);
        try
        {
            await Pipeline(job).ExecuteAsync(
                async token =>
                {
                    await _slots.WaitAsync(token);
                    try
                    {
                        await work(job, token);
                    }
                    finally
                    {
                        _slots.Release();
                    }
                },
                stop);
            Log.Done(_logger, job.Order.Path, job.Order.ObjectUid);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Log.Stopped(_logger, job.Order.Path, job.Order.ObjectUid);
        }
        catch (Exception e)
        {
            Log.GivenUp(_logger, job.Order.Path, job.Order.ObjectUid, e.Message);
        }
        finally
        {
            lock (_gate)
            {
                _jobs.Remove(job.Order.Path);
                entry.Stop.Dispose();
            }

            Signal(job);
        }
    }

    private ResiliencePipeline Pipeline(VolumeJob job) => new ResiliencePipelineBuilder { TimeProvider = _time }
        .AddRetry(new RetryStrategyOptions
        {
            // Whatever it was: nobody would see what becomes of a job but by its next try.
            ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is not null && !args.Context.CancellationToken.IsCancellationRequested && job.Unasked < Forgotten),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = FirstRetry,
            MaxDelay = LastRetry,
            UseJitter = true,
            DelayGenerator = args => ValueTask.FromResult((args.Outcome.Exception as VolumeException)?.RetryAfter),
            OnRetry = args =>
            {
                var problem = ProblemOf(args.Outcome.Exception!, job.Order);
                Log.Failed(_logger, job.Order.Path, job.Order.ObjectUid, args.RetryDelay.TotalSeconds, problem.Reason, problem.Message);
                job.Fail(problem, args.RetryDelay);
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    private static Problem ProblemOf(Exception e, DiskSource source) => e switch
    {
        VolumeException known => known.Problem,
        IOException full when full.IsFull() => new Problem(DeviceReadyCondition.NotEnoughSpace, $"{source.Path}: the file system has got full. What was written of the volume is deleted. Make room in XenStoragePool {source.Pool?.Pool}."),
        _ => new Problem(DeviceReadyCondition.OperationFailed, $"{source.Path}: {e.Message}"),
    };

    private void Signal(VolumeJob job)
    {
        if (job.Order.Domain is { } key) _signals.Writer.TryWrite(key);
    }

    private sealed class Entry(VolumeJob job, CancellationTokenSource stop)
    {
        public VolumeJob Job => job;

        public CancellationTokenSource Stop => stop;

        public Task Running { get; set; } = Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "volume {Path} (VBD {Uid}): done")]
        public static partial void Done(ILogger logger, string path, Guid uid);

        [LoggerMessage(2, LogLevel.Information, "volume {Path} (VBD {Uid}): not wanted any more")]
        public static partial void Stopped(ILogger logger, string path, Guid uid);

        [LoggerMessage(3, LogLevel.Warning, "volume {Path} (VBD {Uid}): {Reason}, trying again in {Seconds:0.0} s: {Message}")]
        public static partial void Failed(ILogger logger, string path, Guid uid, double seconds, string reason, string message);

        [LoggerMessage(4, LogLevel.Warning, "volume {Path} (VBD {Uid}): given up, nobody asks for it: {Message}")]
        public static partial void GivenUp(ILogger logger, string path, Guid uid, string message);
    }
}
