using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Reconciler.Runtime.Web.Certificates;

/// <summary>A server's certificate with its key, and the authorities that are trusted for it.</summary>
/// <remarks>
/// Never disposed: connections may still be shaking hands with one that was replaced. The runtime frees what nobody holds.
/// </remarks>
internal sealed record ServingCertificate
{
    // The keys of a Secret of type kubernetes.io/tls, and the one that cert-manager adds.
    public const string CertificateKey = "tls.crt";
    public const string PrivateKeyKey = "tls.key";
    public const string AuthoritiesKey = "ca.crt";

    /// <summary>With its private key.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>PEM, PKCS#8.</summary>
    public required string PrivateKeyPem { get; init; }

    /// <summary>The issuer first, then those of before that are still to be trusted.</summary>
    public required IReadOnlyList<X509Certificate2> Authorities { get; init; }

    public DateTimeOffset NotBefore => new(Certificate.NotBefore.ToUniversalTime());

    public DateTimeOffset NotAfter => new(Certificate.NotAfter.ToUniversalTime());

    /// <summary>When two thirds of its life are over: the rest is for whoever has to mend what keeps a new one from being made.</summary>
    public DateTimeOffset RenewAt => NotBefore + ((NotAfter - NotBefore) * 2 / 3);

    /// <summary>As a Secret holds it.</summary>
    public IReadOnlyDictionary<string, byte[]> ToData() => new Dictionary<string, byte[]>(StringComparer.Ordinal)
    {
        [CertificateKey] = Encoding.ASCII.GetBytes(Certificate.ExportCertificatePem()),
        [PrivateKeyKey] = Encoding.ASCII.GetBytes(PrivateKeyPem),
        [AuthoritiesKey] = CaBundle.Write(Authorities),
    };

    /// <summary>Reads what <see cref="ToData"/> writes.</summary>
    /// <param name="data">By key; null is as empty.</param>
    /// <param name="problem">What is wrong with it; null when it is good. Its times are not judged.</param>
    public static ServingCertificate? Read(IReadOnlyDictionary<string, byte[]>? data, out string? problem)
    {
        var missing = new[] { CertificateKey, PrivateKeyKey, AuthoritiesKey }.Where(key => data?.GetValueOrDefault(key) is not { Length: > 0 }).ToList();
        if (missing.Count > 0)
        {
            problem = $"{string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} missing";
            return null;
        }

        try
        {
            var key = Encoding.ASCII.GetString(data![PrivateKeyKey]);
            var read = new ServingCertificate
            {
                Certificate = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(data[CertificateKey]), key),
                PrivateKeyPem = key,
                Authorities = CaBundle.Read(data[AuthoritiesKey]),
            };
            problem = read.Authorities.Count == 0 ? $"{AuthoritiesKey} holds no certificate"
                : read.IsFromAuthority() ? null
                : $"{CertificateKey} is not of an authority in {AuthoritiesKey}";
            return problem is null ? read : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            problem = $"it can't be read: {e.Message}";
            return null;
        }
    }

    /// <summary>Why it is time for another one; null while it is good.</summary>
    public string? ReasonToReplace(IEnumerable<string> hosts, DateTimeOffset now)
    {
        if (NotAfter <= now) return $"it has expired at {NotAfter:u}";
        if (RenewAt <= now) return $"two thirds of its life are over, it ends at {NotAfter:u}";
        var unnamed = hosts.Where(host => !Certificate.MatchesHostname(host, allowWildcards: false, allowCommonName: false)).ToList();
        return unnamed.Count == 0 ? null : $"it is not for {string.Join(", ", unnamed)}";
    }

    private bool IsFromAuthority()
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        foreach (var authority in Authorities) chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.Build(Certificate);
    }
}
