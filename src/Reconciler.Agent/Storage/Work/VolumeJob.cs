using System.Globalization;
using Reconciler.Agent.Mapping;
using Reconciler.Api.Conditions;

namespace Reconciler.Agent.Storage.Work;

/// <summary>Work on one volume that takes longer than a look at a Domain may: it goes on beside the looks, which see how far it is.</summary>
internal sealed class VolumeJob(DiskSource order, string what, TimeProvider time, Action<VolumeJob> changed)
{
    /// <summary>A status write per volume and so much time is enough for a person who waits.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly DateTimeOffset _since = time.GetUtcNow();
    private long _lastTold = time.GetTimestamp();
    private long _lastAsked = time.GetTimestamp();
    private volatile SourceState _state = Preparing(time.GetUtcNow(), what);

    /// <summary>What it was begun for.</summary>
    public DiskSource Order { get; } = order;

    /// <summary>How far it is, as the status of a VBD says it.</summary>
    public SourceState State => _state;

    /// <summary>Bytes that it has yet to take from its pool.</summary>
    public long Outstanding { get; private set; } = order.Size ?? 0;

    /// <summary>Since somebody last wanted it.</summary>
    public TimeSpan Unasked => time.GetElapsedTime(Volatile.Read(ref _lastAsked));

    public void Ask() => Volatile.Write(ref _lastAsked, time.GetTimestamp());

    /// <summary>Another step of it begins.</summary>
    public void Begin(string step)
    {
        _state = Preparing(_since, step);
        Tell();
    }

    /// <param name="step">What is being done.</param>
    /// <param name="done">Bytes.</param>
    /// <param name="total">Bytes; null: not known.</param>
    public void Advance(string step, long done, long? total)
    {
        if (Order.Size is { } size) Outstanding = Math.Max(0, size - done);
        if (time.GetElapsedTime(_lastTold) < Interval) return;
        _state = Preparing(_since, $"{step}: {Amount(done)}{(total is > 0 ? $" of {Amount(total.Value)} ({done * 100 / total.Value} %)" : "")}");
        Tell();
    }

    /// <summary>It has failed, and is tried again.</summary>
    public void Fail(Problem problem, TimeSpan again)
    {
        Outstanding = Order.Size ?? 0;
        var at = (time.GetUtcNow() + again).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        _state = SourceState.Unusable(problem.Reason, problem.Message) with { Progress = new VolumeProgress(_since, $"It is tried again at {at}.") };
        Tell();
    }

    private void Tell()
    {
        _lastTold = time.GetTimestamp();
        changed(this);
    }

    private static SourceState Preparing(DateTimeOffset since, string message) =>
        SourceState.Unusable(DeviceReadyCondition.PreparingVolume, "Its volume is being made ready.") with { Progress = new VolumeProgress(since, message) };

    private static string Amount(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0}Mi");
}
