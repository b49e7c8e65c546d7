using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>Where a domain may run.</summary>
public sealed record PlacementSpec
{
    /// <summary>The name of the one XenHost that may run it. Not set: any that fits. Has no effect on a domain that is placed already.</summary>
    [Length(1, XenApi.MaximumHostNameLength)]
    [Pattern(XenApi.HostNamePattern)]
    public string? HostName { get; init; }
}
