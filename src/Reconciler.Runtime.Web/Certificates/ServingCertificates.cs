using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Reconciler.Runtime.Web.Certificates;

/// <summary>The certificate that this process serves, replaced while connections come in.</summary>
internal sealed class ServingCertificates
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile X509Certificate2? _current;
    private volatile ServingCertificate? _own;
    private volatile string? _problem;

    public ServingCertificates(RuntimeServices services)
    {
        _time = services.Time;
        _logger = services.LoggerFactory.CreateLogger("Reconciler.Runtime.Certificates");
        services.Health.AddReadiness("serving certificate", () => NotReadyReason);
    }

    /// <summary>For the next connection; null while there is none.</summary>
    public X509Certificate2? Current => _current;

    /// <summary>The one that is served, if it is of an own authority and an API server can accept it now.</summary>
    public ServingCertificate? ValidOwn => _own is { } own && own.NotAfter > _time.GetUtcNow() ? own : null;

    /// <summary>Null: there is one that is good.</summary>
    public string? NotReadyReason => _current is not { } current
        ? $"no serving certificate yet{Cause}"
        : current.NotAfter.ToUniversalTime() <= _time.GetUtcNow().UtcDateTime ? $"the serving certificate has expired{Cause}" : null;

    private string Cause => _problem is { } problem ? $": {problem}" : "";

    /// <summary>Serves it from now on.</summary>
    /// <param name="certificate">With its private key.</param>
    /// <param name="source">Where it is from, for the log: "Secret a/b".</param>
    public void Load(X509Certificate2 certificate, string source)
    {
        _problem = null;
        if (certificate.Thumbprint == _current?.Thumbprint) return;
        _current = certificate;
        CertificateLog.Loaded(_logger, source, certificate.Thumbprint, certificate.NotAfter.ToUniversalTime());
    }

    /// <inheritdoc cref="Load(X509Certificate2, string)"/>
    public void Load(ServingCertificate own, string source)
    {
        _own = own;
        Load(own.Certificate, source);
    }

    /// <summary>A source holds nothing that can be served: what there was before is served on.</summary>
    public void Reject(string source, string problem)
    {
        if (problem != _problem) CertificateLog.NotLoaded(_logger, source, problem);
        _problem = problem;
    }
}
