namespace Reconciler.Api;

/// <summary>Names that every part of the system shares.</summary>
public static class XenApi
{
    public const string Group = "xen.reconciler.dev";

    public const string Version = "v1alpha1";

    /// <summary>
    /// The one finalizer: added before placement takes effect, removed by whoever has proof that nothing of the domain is left on any host.
    /// </summary>
    public const string ReleaseFinalizer = "xen.reconciler.dev/release";

    /// <summary>Set on a placed object to the name of its host: each agent lists and watches only its own.</summary>
    public const string HostLabel = "xen.reconciler.dev/host";

    /// <summary>Field manager of the operator's writes.</summary>
    public const string OperatorFieldManager = "reconciler-operator";

    /// <summary>Field manager of the agents' writes.</summary>
    public const string AgentFieldManager = "reconciler-agent";
}
