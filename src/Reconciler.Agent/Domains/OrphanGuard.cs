namespace Reconciler.Agent.Domains;

/// <summary>Whether the word of the resource store, that an object is gone, is good enough to stop a guest for.</summary>
/// <param name="Objection">Why it is not, now; null when it is. An API server's word always is.</param>
internal sealed record OrphanGuard(Func<string?> Objection)
{
    /// <summary>It is.</summary>
    public static OrphanGuard None { get; } = new(static () => null);
}
