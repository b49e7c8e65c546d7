using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Hosts;

/// <summary>
/// The Pod that stands for the Domains of a host on its Node: <c>kubectl drain</c> evicts Pods and knows nothing of Domains. It is there
/// exactly as long as a Domain is on the host that a drain has to wait for; it does nothing.
/// </summary>
public static class HostGuard
{
    /// <summary>What the name of each begins with; the host's follows.</summary>
    public const string Prefix = "xen-host-guard-";

    /// <summary>
    /// The application that they are (app.kubernetes.io/name), and the name of what is there for all of them: their ServiceAccount, which
    /// owns them and is deleted with the installation, and their PodDisruptionBudget.
    /// </summary>
    public const string Application = "reconciler-host-guard";

    /// <summary>The label that has <see cref="Application"/> as its value.</summary>
    public const string ApplicationLabel = "app.kubernetes.io/name";

    /// <summary>On a guard: when its eviction was asked for. Set by the webhook, removed by the controller when the Node is not cordoned any more.</summary>
    public const string EvictionRequestedAnnotation = XenApi.Group + "/eviction-requested";

    /// <summary>The name of a host's guard.</summary>
    public static string NameOf(string host) => Prefix + host;

    /// <summary>The host of a guard; null for a Pod that is none, by its name.</summary>
    public static string? HostOf(string? pod) => pod?.StartsWith(Prefix, StringComparison.Ordinal) == true ? pod[Prefix.Length..] : null;

    /// <summary>Whether it is a guard, and not only called like one.</summary>
    public static bool IsGuard(Pod pod) => pod?.Metadata.Labels?.GetValueOrDefault(ApplicationLabel) == Application;

    /// <summary>When the guard's eviction was asked for, as it was written; null: it was not.</summary>
    public static string? EvictionRequested(Pod? guard) => guard?.Metadata.Annotations?.GetValueOrDefault(EvictionRequestedAnnotation);
}
