namespace Reconciler.Runtime.Queueing;

/// <summary>Which lane a key waits in.</summary>
public enum QueuePriority
{
    /// <summary>Resync and the first fill of a store: known before, not news.</summary>
    Low,

    /// <summary>Something has changed, or is due.</summary>
    High,
}
