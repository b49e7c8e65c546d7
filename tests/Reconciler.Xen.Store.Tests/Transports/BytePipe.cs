namespace Reconciler.Xen.Store.Tests.Transports;

/// <summary>Bytes in one direction; reading blocks, like a socket.</summary>
internal sealed class BytePipe
{
    private readonly object _gate = new();
    private readonly Queue<byte> _bytes = [];
    private TaskCompletionSource _open = Opened();
    private bool _ended;

    public int Writes { get; private set; }

    public int Read(Span<byte> buffer)
    {
        lock (_gate)
        {
            while (_bytes.Count == 0 && !_ended) Monitor.Wait(_gate);
            var count = Math.Min(buffer.Length, _bytes.Count);
            for (var i = 0; i < count; i++) buffer[i] = _bytes.Dequeue();
            return count;
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        Task open;
        lock (_gate) open = _open.Task;
        await open;
        lock (_gate)
        {
            if (_ended) throw new IOException("the stream has ended");
            Writes++;
            foreach (var value in bytes.Span) _bytes.Enqueue(value);
            Monitor.PulseAll(_gate);
        }
    }

    public void Hold()
    {
        lock (_gate) _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Release()
    {
        lock (_gate) _open.TrySetResult();
    }

    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            _open.TrySetResult();
            Monitor.PulseAll(_gate);
        }
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }
}
