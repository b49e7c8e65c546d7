namespace Reconciler.Xen.Store;

/// <summary>Access of a domain to a node: the letters <c>n</c>, <c>r</c>, <c>w</c>, <c>b</c> of the protocol.</summary>
[Flags]
public enum XenstoreAccess
{
    None = 0,
    Read = 1,
    Write = 2,
    ReadWrite = Read | Write,
}
