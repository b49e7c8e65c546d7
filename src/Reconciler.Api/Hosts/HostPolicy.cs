namespace Reconciler.Api.Hosts;

/// <summary>What admins ask of a host, in its own spec and by way of its Node.</summary>
public static class HostPolicy
{
    /// <summary>On a Node: empty its XenHost.</summary>
    public const string DrainTaint = XenApi.Group + "/drain";

    /// <summary>Whether the host is to be emptied.</summary>
    public static bool IsInMaintenance(XenHost? host) => host?.Spec?.Maintenance == true || host?.Status?.Node?.Draining == true;

    /// <summary>Why nothing new is placed on the host; null when it may be.</summary>
    public static string? Unschedulable(XenHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host switch
        {
            { Spec.Maintenance: true } => "spec.maintenance is true",
            { Spec.Schedulable: false } => "spec.schedulable is false",
            { Status.Node.EvictionRequested: true } => "its Node is being drained",
            { Status.Node.Draining: true } => $"its Node has the taint {DrainTaint}",
            { Status.Node.Cordoned: true } => "its Node is cordoned",
            _ => null,
        };
    }
}
