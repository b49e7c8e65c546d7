namespace Reconciler.Runtime.Queueing;

/// <summary>A key handed to a worker, who owes a <see cref="EntityQueue{TKey}.Done"/> for it.</summary>
/// <param name="Key">Which.</param>
/// <param name="Priority">The lane that it came from.</param>
/// <param name="Waited">From ready to taken.</param>
/// <param name="Trigger">What made it ready.</param>
public readonly record struct QueueItem<TKey>(TKey Key, QueuePriority Priority, TimeSpan Waited, QueueTrigger Trigger)
    where TKey : notnull;
