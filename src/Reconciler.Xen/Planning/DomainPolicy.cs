namespace Reconciler.Xen.Planning;

/// <summary>How a domain is stopped and what follows when it ends by itself. Holds for deletion too, where no desired state is left.</summary>
public sealed record DomainPolicy
{
    /// <summary>How long the guest has to power off after it was asked.</summary>
    public TimeSpan ShutdownGracePeriod { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>What happens after that.</summary>
    public OnShutdownTimeout OnShutdownTimeout { get; init; } = OnShutdownTimeout.Destroy;

    /// <summary>How the devices of each object are taken away, by its uid; <see cref="DetachPolicy.Default"/> for those not named.</summary>
    public IReadOnlyDictionary<Guid, DetachPolicy> Detach { get; init; } = new Dictionary<Guid, DetachPolicy>();

    /// <summary>What follows when the guest powers off or crashes by itself.</summary>
    public RestartPolicy RestartPolicy { get; init; } = RestartPolicy.Always;
}
