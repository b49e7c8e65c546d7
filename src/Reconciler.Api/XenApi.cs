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

    /// <summary>On every XenStoragePool and XenNetwork: one that is deleted stays until no device uses it, and then the operator removes it.</summary>
    public const string InUseFinalizer = "xen.reconciler.dev/in-use";

    /// <summary>On a VBD or VIF that was made from a template, the name of its Domain, where that is short enough to be a label's value.</summary>
    public const string DomainLabel = "xen.reconciler.dev/domain";

    /// <summary>The operator: reporter of its events, and field manager of its writes to objects.</summary>
    public const string OperatorFieldManager = "reconciler-operator";

    /// <summary>
    /// Field manager of the operator's writes to statuses. One of its own, because API servers before 1.22 keep one set of fields for each
    /// manager over object and status, and each apply to one would give up what the other owns.
    /// </summary>
    public const string OperatorStatusFieldManager = "reconciler-operator-status";

    /// <summary>Field manager of the VBDs and VIFs that are made from templates.</summary>
    public const string TemplateFieldManager = "reconciler-templates";

    /// <summary>Field manager of what is said of templates in the status of a Domain.</summary>
    public const string TemplateStatusFieldManager = "reconciler-templates-status";

    /// <summary>The agents: reporter of their events, and field manager of their writes to objects.</summary>
    public const string AgentFieldManager = "reconciler-agent";

    /// <summary>Field manager of the agents' writes to statuses.</summary>
    public const string AgentStatusFieldManager = "reconciler-agent-status";

    /// <summary>The longest name of a XenHost, characters: it is the value of <see cref="HostLabel"/>, and a label's value has 63 at most.</summary>
    public const int MaximumHostNameLength = 63;

    /// <summary>A DNS subdomain (RFC 1123), as nodes are named.</summary>
    public const string HostNamePattern = @"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

    /// <summary>The longest name of an object, characters (RFC 1123).</summary>
    public const int MaximumObjectNameLength = 253;

    /// <summary>A DNS subdomain (RFC 1123), as objects of custom resources are named.</summary>
    public const string ObjectNamePattern = HostNamePattern;

    /// <summary>
    /// The longest Xen name, <c>namespace.name</c>, characters. The toolstack writes the log file <c>qemu-dm-NAME.log</c> and keeps ten
    /// old ones (<c>.log.10</c>); Linux allows 255 bytes a file name.
    /// </summary>
    public const int MaximumXenNameLength = 240;
}
