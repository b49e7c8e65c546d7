using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Http;

namespace Reconciler.Runtime.Hosting;

/// <summary>
/// How a Lease is renewed: by connections that nothing else uses, a new one for each try after one that was given up. In a network that loses packets
/// TCP may hold one connection up for minutes, and with it all that is sent over it: who renews would be taken for dead. (kubelet closes all its
/// connections when its node's lease is not renewed, for the same reason.)
/// </summary>
/// <param name="Client">Not disposed with it.</param>
public sealed record LeaseClient(IKubernetesClient Client)
{
    /// <summary>What such connections take.</summary>
    /// <param name="userAgent">Who renews.</param>
    /// <param name="tryLimit">
    /// When who renews gives a try up. What it takes to connect ends before that: a connection that is being made outlives the call that asked for it, and the
    /// next call would wait for the same one.
    /// </param>
    public static HttpKubernetesClientOptions Options(string userAgent, TimeSpan tryLimit) => new()
    {
        UserAgent = userAgent, HttpVersion = System.Net.HttpVersion.Version11, ConnectTimeout = tryLimit * 2 / 3, MaxRetries = 0,
    };
}
