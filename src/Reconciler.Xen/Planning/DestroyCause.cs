namespace Reconciler.Xen.Planning;

/// <summary>Why a plan destroys a domain: there is no other reason.</summary>
public enum DestroyCause
{
    /// <summary>It shut down; what is left of it is cleared away. Nothing is lost.</summary>
    Remains,

    /// <summary>It was cut short while being made, and never ran, or while being destroyed.</summary>
    HalfMade,

    /// <summary>It was created and never unpaused, and is not wanted (any more): there is no guest to ask.</summary>
    NeverRan,

    /// <summary>It did not shut down within its grace period, and the spec says Destroy.</summary>
    GracePeriodExpired,
}
