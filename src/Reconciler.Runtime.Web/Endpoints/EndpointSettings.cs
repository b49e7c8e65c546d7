using System.Net;

namespace Reconciler.Runtime.Web.Endpoints;

/// <summary>Where /healthz, /readyz and /metrics are served, by plain HTTP.</summary>
public sealed record EndpointSettings
{
    /// <summary>All addresses unless said: the kubelet and Prometheus come from outside of the pod.</summary>
    public IPAddress Address { get; init; } = IPAddress.Any;

    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; } = 8080;
}
