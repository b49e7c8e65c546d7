namespace Reconciler.Xen.Light.Worker.Pool;

/// <summary>The lines on one worker's standard error that belong to the operation at hand. Bounded: the first ones and the last ones are kept.</summary>
internal sealed class OperationLog
{
    private const int Kept = 100;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the worker is doing; null between operations.</summary>
    public string? Operation { get; private set; }

    public void Begin(string operation)
    {
        lock (_gate)
        {
            _lines.Clear();
            _ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Operation = operation;
        }
    }

    public void Add(string line)
    {
        lock (_gate)
        {
            if (Operation is null) return;
            if (_lines.Count == Kept) _lines.RemoveAt(Kept / 2);
            _lines.Add(line);
        }
    }

    /// <summary>The worker's mark that the operation is over, or the end of its standard error.</summary>
    public void End()
    {
        lock (_gate)
        {
            Operation = null;
            _ended.TrySetResult();
        }
    }

    /// <summary>
    /// The operation's lines. The reply and the log come through two pipes; so the log's own end is awaited, for a short time: a child that
    /// lives on may keep the pipe of a dead worker open.
    /// </summary>
    public async Task<IReadOnlyList<string>> CompleteAsync(TimeSpan patience)
    {
        Task ended;
        lock (_gate) ended = _ended.Task;
        await Task.WhenAny(ended, Task.Delay(patience));
        lock (_gate)
        {
            Operation = null;
            return [.. _lines];
        }
    }
}
