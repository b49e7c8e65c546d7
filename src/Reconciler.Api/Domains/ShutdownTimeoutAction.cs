namespace Reconciler.Api.Domains;

/// <summary>What happens to a guest that has not powered off within its grace period.</summary>
public enum ShutdownTimeoutAction
{
    Destroy,
    Wait,
}
