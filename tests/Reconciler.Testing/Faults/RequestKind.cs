namespace Reconciler.Testing.Faults;

/// <summary>What a <see cref="FaultPlan"/> tells apart.</summary>
public enum RequestKind
{
    List,
    Watch,

    /// <summary>A read of one object, or a write.</summary>
    Object,
}
