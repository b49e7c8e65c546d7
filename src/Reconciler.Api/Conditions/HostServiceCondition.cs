using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Conditions;

/// <summary>
/// Whether the host's own service shuts domains down, and starts them, with the host, and nobody else does. Written by the agent of a real host;
/// nothing is kept from running for it.
/// </summary>
[ConditionOf(typeof(XenHost))]
public static class HostServiceCondition
{
    public const string Type = "HostService";

    /// <summary>True: it is installed and active.</summary>
    public const string Active = "Active";

    /// <summary>False: it is not installed: when the host stops, guests are not shut down. Run reconciler-agent install-host-service.</summary>
    public const string NotInstalled = "NotInstalled";

    /// <summary>False: it is installed and was not started in this boot: when the host stops, guests are not shut down.</summary>
    public const string NotActive = "NotActive";

    /// <summary>False: xendomains is active and would save, or shut down, the same domains when the host stops, and start what it saved.</summary>
    public const string XendomainsActive = "XendomainsActive";

    /// <summary>False: libvirt-guests is active, and libvirt has a definition of the same domains.</summary>
    public const string LibvirtGuestsActive = "LibvirtGuestsActive";
}
