using System.Net;
using System.Net.Security;
using Reconciler.Kubernetes.Config;

namespace Reconciler.Kubernetes.Http;

/// <summary>
/// The connections of one client certificate: one pool for calls, one for watches, so that neither eats the other's HTTP/2 streams.
/// </summary>
/// <remarks>
/// A connection is authenticated by its handshake, so another certificate means other connections. The old ones are closed when the
/// last call on them has ended.
/// </remarks>
internal sealed class ConnectionPool : IDisposable
{
    private readonly Lock _gate = new();
    private int _users;
    private bool _isRetired;
    private bool _isDisposed;

    internal ConnectionPool(KubernetesConfig config, ClientCertificate? certificate, HttpKubernetesClientOptions options)
    {
        Certificate = certificate;
        Calls = new HttpMessageInvoker(CreateHandler(config, certificate, options, DecompressionMethods.GZip));

        // Frames of a watch must come through at once: compression would hold them back.
        Watches = new HttpMessageInvoker(CreateHandler(config, certificate, options, DecompressionMethods.None));
    }

    internal ClientCertificate? Certificate { get; }

    internal HttpMessageInvoker Calls { get; }

    internal HttpMessageInvoker Watches { get; }

    internal void Enter()
    {
        lock (_gate)
        {
            _users++;
        }
    }

    internal void Exit()
    {
        lock (_gate)
        {
            _users--;
        }

        CloseIfUnused();
    }

    /// <summary>Takes no more calls, and closes when those in flight have ended.</summary>
    internal void Retire()
    {
        lock (_gate)
        {
            _isRetired = true;
        }

        CloseIfUnused();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isRetired = true;
            if (_isDisposed) return;
            _isDisposed = true;
        }

        Calls.Dispose();
        Watches.Dispose();
    }

    private void CloseIfUnused()
    {
        lock (_gate)
        {
            if (!_isRetired || _users > 0) return;
        }

        Dispose();
    }

    private static SocketsHttpHandler CreateHandler(
        KubernetesConfig config, ClientCertificate? certificate, HttpKubernetesClientOptions options, DecompressionMethods decompression)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = decompression,
            ConnectTimeout = options.ConnectTimeout,
            EnableMultipleHttp2Connections = true,

            KeepAlivePingDelay = options.PingDelay,
            KeepAlivePingTimeout = options.PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,

            // New connections look the name up again and see rotated authorities.
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            UseCookies = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificateContext = certificate?.Context,
                RemoteCertificateValidationCallback = (_, leaf, chain, errors) => config.Trust.Validate(leaf, chain, errors),
            },
        };
        if (config.Proxy is { } proxy) handler.Proxy = new WebProxy(proxy) { Credentials = config.ProxyLogin };
        return handler;
    }
}
