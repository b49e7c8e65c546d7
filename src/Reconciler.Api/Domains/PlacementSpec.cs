using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>Where a domain may run. Looked at when a host is chosen: but for hostName it has no effect on a domain that is placed already.</summary>
public sealed record PlacementSpec
{
    public const int MaximumPreferredHosts = 16;

    /// <summary>
    /// The name of the one XenHost that may run it. Not set: any that fits. A domain that is placed on another goes there when it is not
    /// running, unless a disk of it may have been written on the host that it has.
    /// </summary>
    [Length(1, XenApi.MaximumHostNameLength)]
    [Pattern(XenApi.HostNamePattern)]
    public string? HostName { get; init; }

    /// <summary>Labels that a XenHost must have, each with this value, to be chosen: {"zone": "a"}. As nodeSelector of a Pod.</summary>
    public IReadOnlyDictionary<string, string>? HostSelector { get; init; }

    /// <summary>Names of XenHosts that are chosen before all others as long as they fit, the first before the second and so on.</summary>
    [Length(0, MaximumPreferredHosts)]
    [Pattern(XenApi.HostNamePattern)]
    public IReadOnlyList<string>? PreferredHosts { get; init; }

    /// <summary>Domains to be kept apart from.</summary>
    public AntiAffinitySpec? AntiAffinity { get; init; }
}
