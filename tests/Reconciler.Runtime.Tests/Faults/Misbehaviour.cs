namespace Reconciler.Runtime.Tests.Faults;

/// <summary>How a reconcile may end, or not end.</summary>
internal enum Misbehaviour
{
    Throws,
    Conflicts,
    Fails,
    FailsForGood,
    ComesBackLater,
    TakesSeconds,
    TakesForEver,
}
