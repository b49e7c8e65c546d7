namespace Reconciler.Runtime.Tests.Faults;

/// <summary>What a step of a walk does. What makes no sense when its turn comes (an update of an object that is not there) does nothing.</summary>
internal enum WalkVerb
{
    Create,
    Update,
    Status,
    Delete,

    /// <summary>Deletes and creates at once: the same name, another uid.</summary>
    Recreate,

    /// <summary>Moves an object out of the selector, or back into it.</summary>
    Move,

    /// <summary>Sets a finalizer, or takes it away.</summary>
    Finalizer,

    /// <summary>Changes a label that the selector does not look at.</summary>
    Label,

    /// <summary>Asks for deletion of an object that somebody's finalizer holds.</summary>
    Terminate,

    /// <summary>Makes an object unreadable, or readable again.</summary>
    Readability,

    FailNextList,
    FailNextWatch,
    FailFor,
    Sever,
    SlowDown,
    Rewind,
    LagBehind,
    Compact,

    /// <summary>The next reconcile misbehaves.</summary>
    Reconcile,

    /// <summary>The wall clock jumps, forwards or back.</summary>
    ClockJump,

    /// <summary>The reflector ends and another one goes on with the same store.</summary>
    RestartReflector,

    /// <summary>Everything of the process ends and begins anew, with an empty store.</summary>
    RestartProcess,

    Wait,

    /// <summary>All faults end, everything comes to rest, and what is there is compared with what should be.</summary>
    Compare,

    /// <summary>Against the protocol, for the test of the test: a change is never told.</summary>
    LoseLastChange,
}
