using System.Collections.Concurrent;

namespace Reconciler.Xen.Light.Worker.Pool;

/// <summary>
/// The slots that nobody uses now. The one that was used last is taken first: its worker has its code compiled and its memory in place,
/// which on a slow host is the difference between milliseconds and seconds.
/// </summary>
internal sealed class IdleSlots : IDisposable
{
    private readonly ConcurrentStack<WorkerSlot> _slots = new();
    private readonly SemaphoreSlim _count = new(0);

    public void Put(WorkerSlot slot)
    {
        _slots.Push(slot);
        _count.Release();
    }

    public async Task<WorkerSlot> TakeAsync(CancellationToken cancellationToken)
    {
        await _count.WaitAsync(cancellationToken);
        _slots.TryPop(out var slot);
        return slot!;
    }

    public void Dispose() => _count.Dispose();
}
