namespace Reconciler.Xen.Planning;

/// <summary>What happens when a guest does not let go of a device.</summary>
/// <param name="Timeout">How long it has, from when it was asked.</param>
/// <param name="Force">True: the device is taken away then, as pulling a cable; false: it stays until the guest lets go.</param>
public sealed record DetachPolicy(TimeSpan Timeout, bool Force)
{
    /// <summary>A minute, and nothing by force.</summary>
    public static DetachPolicy Default { get; } = new(TimeSpan.FromSeconds(60), Force: false);
}
