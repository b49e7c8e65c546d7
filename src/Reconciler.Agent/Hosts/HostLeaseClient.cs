using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Http;

namespace Reconciler.Agent.Hosts;

/// <summary>
/// How the <see cref="Api.Hosts.HostLease"/> is renewed: by connections that nothing else uses, a new one for each try after one that was given up.
/// In a network that loses packets TCP may hold one connection up for minutes, and with it all that is sent over it; the host would be taken for
/// lost. (kubelet closes all its connections when its node's lease is not renewed, for the same reason.)
/// </summary>
/// <param name="Client">Not disposed with it.</param>
internal sealed record HostLeaseClient(IKubernetesClient Client)
{
    /// <summary>What such connections take.</summary>
    public static HttpKubernetesClientOptions Options(string userAgent) => new()
    {
        UserAgent = userAgent, HttpVersion = System.Net.HttpVersion.Version11, ConnectTimeout = TimeSpan.FromSeconds(4), MaxRetries = 0,
    };
}
