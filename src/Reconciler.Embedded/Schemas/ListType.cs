namespace Reconciler.Embedded.Schemas;

/// <summary>How the items of a list are owned and merged (x-kubernetes-list-type).</summary>
internal enum ListType
{
    /// <summary>The list is one value.</summary>
    Atomic,

    /// <summary>Scalars, each at most once.</summary>
    Set,

    /// <summary>Objects, told apart by key fields.</summary>
    Map,
}
