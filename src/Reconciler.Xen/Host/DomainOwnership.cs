namespace Reconciler.Xen.Host;

/// <summary>Whose a domain on the host is.</summary>
public enum DomainOwnership
{
    /// <summary>No mark of ours: never touched.</summary>
    Foreign,

    /// <summary>Carries our mark.</summary>
    Ours,

    /// <summary>
    /// Made by us and cut short before it had its mark: an intent file for its uuid is there, no instruction of it has run. To be destroyed.
    /// </summary>
    HalfMade,
}
