using Reconciler.Api.Disks;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;

namespace Reconciler.Agent.Devices;

/// <summary>The resources that the devices of one Domain are made from.</summary>
internal sealed record DeviceObjects
{
    public static DeviceObjects None { get; } = new();

    /// <summary>Every VBD in view that names the Domain, whether it is accepted, or given to this host, or not.</summary>
    public IReadOnlyList<Vbd> Vbds { get; init; } = [];

    /// <summary>Every VIF in view that names the Domain.</summary>
    public IReadOnlyList<Vif> Vifs { get; init; } = [];

    /// <summary>A XenStoragePool by its name; null: there is none.</summary>
    public Func<string, XenStoragePool?> Pool { get; init; } = static _ => null;

    /// <summary>A XenNetwork by its name; null: there is none.</summary>
    public Func<string, XenNetwork?> Network { get; init; } = static _ => null;

    /// <summary>Uids of objects that are out of view (a label was taken off) and that the API server still has: their devices stay.</summary>
    public IReadOnlySet<Guid> OutOfView { get; init; } = new HashSet<Guid>();
}
