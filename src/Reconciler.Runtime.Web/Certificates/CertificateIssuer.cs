using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Reconciler.Runtime.Web.Certificates;

/// <summary>Makes an authority and one serving certificate of it.</summary>
/// <remarks>
/// The key of the authority is forgotten at once: it has signed all that it ever will, and there is none to be stolen. Each rotation is
/// one of the authority too, so what would otherwise happen once in years happens each time.
/// </remarks>
internal static class CertificateIssuer
{
    /// <summary>Clocks differ: a certificate is good from a little before it was made.</summary>
    private static readonly TimeSpan LongestBackdate = TimeSpan.FromMinutes(10);

    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <param name="hosts">DNS names and IP addresses; at least one.</param>
    /// <param name="lifetime">From now.</param>
    /// <param name="now">The time.</param>
    public static ServingCertificate Issue(IReadOnlyList<string> hosts, TimeSpan lifetime, DateTimeOffset now)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var backdate = lifetime / 10;
        var (from, to) = (now - (backdate < LongestBackdate ? backdate : LongestBackdate), now + lifetime);
        var authority = Authority(authorityKey, from, to);
        using var certificate = Server(key, hosts).Create(
            authority.SubjectName, X509SignatureGenerator.CreateForECDsa(authorityKey), from, to, SerialNumber());
        return new ServingCertificate
        {
            Certificate = certificate.CopyWithPrivateKey(key),
            PrivateKeyPem = key.ExportPkcs8PrivateKeyPem() + "\n",
            Authorities = [authority],
        };

        CertificateRequest Server(ECDsa serverKey, IReadOnlyList<string> names)
        {
            var request = new CertificateRequest("CN=admission webhook", serverKey, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([ServerAuthentication], critical: false));
            request.CertificateExtensions.Add(AlternativeNames(names));
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
            return request;
        }
    }

    private static X509Certificate2 Authority(ECDsa key, DateTimeOffset from, DateTimeOffset to)
    {
        // A name of its own for each: a verifier that knows several by one name would have to guess.
        var request = new CertificateRequest($"CN=admission webhook CA {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var signed = request.CreateSelfSigned(from, to);
        return X509CertificateLoader.LoadCertificate(signed.RawData);
    }

    private static X509Extension AlternativeNames(IReadOnlyList<string> hosts)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(host);
        }

        return names.Build();
    }

    // RFC 5280, 4.1.2.2: positive, at most 20 octets.
    private static byte[] SerialNumber()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        return serial;
    }
}
