using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Reconciler.Kubernetes.Config;

/// <summary>Which server certificates are accepted.</summary>
internal sealed class ServerTrust
{
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private X509Certificate2Collection? _authorities;
    private long _readAt;

    internal ServerTrust(TimeProvider time) => _time = time;

    /// <summary>insecure-skip-tls-verify: anything is accepted.</summary>
    internal bool Skip { get; init; }

    /// <summary>tls-server-name: the name that the certificate must be for, and that is asked for (SNI), instead of the server's.</summary>
    internal string? ServerName { get; init; }

    /// <summary>PEM of the authorities; null with <see cref="AuthorityFile"/> null: those of the system.</summary>
    internal string? AuthorityPem { get; init; }

    /// <summary>A file of authorities, read again when it is older than a minute: clusters rotate it.</summary>
    internal string? AuthorityFile { get; init; }

    /// <summary>Where the authorities stand, for messages.</summary>
    internal string AuthoritySource { get; init; } = "the system's certificate authorities";

    /// <summary>Reads the authorities now, so that a mistake in them is said before the first call.</summary>
    /// <exception cref="KubernetesConfigException">They can't be read.</exception>
    internal void Check() => Authorities();

    /// <summary>The callback of a TLS handshake. A refusal is an exception: its message reaches the user, a false would not say why.</summary>
    internal bool Validate(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (Skip) return true;
        if (certificate is not X509Certificate2 leaf) throw new AuthenticationException("the server shows no certificate");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            throw new AuthenticationException(
                $"the server's certificate is for {NamesOf(leaf)} only. Use one of these names in 'server', or set 'tls-server-name' to one");
        }

        if (Authorities() is { } authorities) CheckChain(leaf, chain, authorities);
        else if (errors != SslPolicyErrors.None) throw new AuthenticationException(
            $"the server's certificate is not trusted by {AuthoritySource}: {Describe(chain)}. Set 'certificate-authority' or 'certificate-authority-data'");
        return true;
    }

    private void CheckChain(X509Certificate2 leaf, X509Chain? presented, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.VerificationTime = _time.GetUtcNow().LocalDateTime;

        // An authority may be an intermediate, or the certificate itself (Go's x509 takes any of them as a root): the chain need not
        // end in a root, but it must pass through one of ours.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        chain.ChainPolicy.ExtraStore.AddRange(authorities);
        if (presented is not null) chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);

        var valid = chain.Build(leaf);
        var anchored = chain.ChainElements.Any(element => authorities.Contains(element.Certificate));
        if (valid && anchored) return;
        throw new AuthenticationException(anchored
            ? $"the server's certificate is not valid: {Describe(chain)}"
            : $"the server's certificate (issued by {leaf.Issuer}) is not signed by an authority in {AuthoritySource}. Take the cluster's own CA, or see that 'server' is the right one");
    }

    private X509Certificate2Collection? Authorities()
    {
        if (Skip || (AuthorityPem is null && AuthorityFile is null)) return null;
        lock (_gate)
        {
            if (_authorities is not null && (AuthorityFile is null || _time.GetElapsedTime(_readAt) < ReadAgainAfter)) return _authorities;
            _readAt = _time.GetTimestamp();
            try
            {
                var authorities = new X509Certificate2Collection();
                authorities.ImportFromPem(AuthorityPem ?? File.ReadAllText(AuthorityFile!));
                if (authorities.Count == 0) throw new CryptographicException("it holds no PEM certificate (-----BEGIN CERTIFICATE-----).");
                return _authorities = authorities;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
            {
                // In the middle of a rotation the file may be unreadable: the last good authorities stay.
                return _authorities ?? throw new KubernetesConfigException(
                    $"Cannot use {AuthoritySource}: {exception.Message} Expected: PEM certificates of the cluster's authority.", exception);
            }
        }
    }

    private static string NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString())))
            .ToList();
        return names.Count == 0 ? certificate.Subject : string.Join(", ", names);
    }

    private static string Describe(X509Chain? chain) =>
        chain is null || chain.ChainStatus.Length == 0
            ? "its chain can't be checked"
            : string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct(StringComparer.Ordinal));
}
