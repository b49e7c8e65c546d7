namespace Reconciler.Xen.Light.Ownership;

/// <summary>What we set out to do to a domain that has no mark while it is done.</summary>
internal enum Intent
{
    /// <summary>Make it: it has no mark yet, and none of its instructions has run.</summary>
    Create,

    /// <summary>Destroy it: libxl pauses it, then takes its mark away, then ends it.</summary>
    Destroy,
}
