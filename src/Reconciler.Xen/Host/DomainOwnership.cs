namespace Reconciler.Xen.Host;

/// <summary>Whose a domain on the host is.</summary>
public enum DomainOwnership
{
    /// <summary>No mark of ours: never touched.</summary>
    Foreign,

    /// <summary>Carries our mark.</summary>
    Ours,

    /// <summary>
    /// Cut short while we made it, before it had its mark, or while we destroyed it, after it lost its mark: an intent file of ours for
    /// its uuid is there. It does not run. To be destroyed.
    /// </summary>
    HalfMade,
}
