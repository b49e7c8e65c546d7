using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Hosts;

/// <summary>What admins decide about a host.</summary>
public sealed record XenHostSpec
{
    /// <summary>Whether new domains may be placed here. Domains that are here stay.</summary>
    [Default(true)]
    public bool? Schedulable { get; init; }
}
