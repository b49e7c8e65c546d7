namespace Reconciler.Xen.Host;

/// <summary>A hint that something may have changed on the host.</summary>
/// <param name="Uuid">The domain; null means "anything may have changed": observe all (start, reconnect, loss of hints).</param>
public readonly record struct HostSignal(Guid? Uuid)
{
    /// <summary>Anything may have changed.</summary>
    public static HostSignal Resync => default;
}
