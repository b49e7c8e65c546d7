namespace Reconciler.Runtime.Events;

/// <summary>The two types of Kubernetes events.</summary>
public enum EventType
{
    /// <summary>As it should be.</summary>
    Normal,

    /// <summary>A user should look at it.</summary>
    Warning,
}
