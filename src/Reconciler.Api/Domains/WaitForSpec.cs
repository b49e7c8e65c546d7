using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>Devices of their own that a domain does not start without. Devices from templates are always waited for.</summary>
[Atomic]
public sealed record WaitForSpec
{
    public const int MaximumNames = 64;

    /// <summary>Names of VBDs of the same namespace that belong to this Domain.</summary>
    [Length(0, MaximumNames)]
    [Pattern(XenApi.ObjectNamePattern)]
    public IReadOnlyList<string>? Vbds { get; init; }

    /// <summary>Names of VIFs of the same namespace that belong to this Domain.</summary>
    [Length(0, MaximumNames)]
    [Pattern(XenApi.ObjectNamePattern)]
    public IReadOnlyList<string>? Vifs { get; init; }
}
