namespace Reconciler.Testing.Faults;

internal enum RequestKind
{
    List,
    Watch,

    /// <summary>A read of one object, or a write.</summary>
    Object,
}
