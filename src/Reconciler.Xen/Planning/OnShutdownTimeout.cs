namespace Reconciler.Xen.Planning;

/// <summary>What happens when a guest has not powered off within its grace period.</summary>
public enum OnShutdownTimeout
{
    Destroy,
    Wait,
}
