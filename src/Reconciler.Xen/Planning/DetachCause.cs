namespace Reconciler.Xen.Planning;

/// <summary>Why a device is taken away.</summary>
public enum DetachCause
{
    /// <summary>Both ends have closed it, or the guest's end was never there: its nodes are cleared away.</summary>
    Closed,

    /// <summary>Its attachment was cut short, or has failed: what is left of it is cleared away.</summary>
    HalfMade,

    /// <summary>The guest has not let go of it in time, and the spec says to force it.</summary>
    TimeoutExpired,
}
