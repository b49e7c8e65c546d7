namespace Reconciler.Xen.Light.Ownership;

/// <summary>
/// Lets this process do one thing after another to a uuid, in the order of asking. What another process does is for
/// <see cref="OperationLocks"/>: those refuse, where this waits, and without holding a worker meanwhile.
/// </summary>
internal sealed class Turns
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Task> _last = [];

    public async Task<T> TakeAsync<T>(Guid uuid, Func<Task<T>> act, CancellationToken cancellationToken)
    {
        TaskCompletionSource mine = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_gate)
        {
            before = _last.GetValueOrDefault(uuid, Task.CompletedTask);
            _last[uuid] = Task.WhenAll(before, mine.Task);
        }
        try
        {
            await before.WaitAsync(cancellationToken);
            return await act();
        }
        finally
        {
            mine.SetResult();
            lock (_gate)
                if (_last[uuid].IsCompleted) _last.Remove(uuid);
        }
    }
}
