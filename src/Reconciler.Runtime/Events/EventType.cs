namespace Reconciler.Runtime.Events;

/// <summary>The two types of Kubernetes events.</summary>
public enum EventType
{
    Normal,
    Warning,
}
