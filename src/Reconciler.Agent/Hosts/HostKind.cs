namespace Reconciler.Agent.Hosts;

/// <summary>Which Xen host the agent works on.</summary>
internal enum HostKind
{
    /// <summary>The real one where there is one (<c>/dev/xen/privcmd</c>), else the simulated one. Only for a directory of manifests.</summary>
    Auto,

    /// <summary>The real one.</summary>
    Libxl,

    /// <summary>One in managed code, for a first try.</summary>
    Simulated,
}
