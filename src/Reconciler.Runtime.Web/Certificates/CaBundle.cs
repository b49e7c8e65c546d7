using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Reconciler.Runtime.Web.Certificates;

/// <summary>Certificates of authorities as PEM, one after the other.</summary>
internal static class CaBundle
{
    public static byte[] Write(IEnumerable<X509Certificate2> authorities) =>
        Encoding.ASCII.GetBytes(string.Concat(authorities.Select(authority => authority.ExportCertificatePem() + "\n")));

    public static IReadOnlyList<X509Certificate2> Read(byte[] pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(Encoding.ASCII.GetString(pem));
        return [.. certificates];
    }

    /// <summary>Those that are still good.</summary>
    public static IReadOnlyList<X509Certificate2> Unexpired(IEnumerable<X509Certificate2> authorities, DateTimeOffset now) =>
        [.. authorities.Where(authority => authority.NotAfter.ToUniversalTime() > now.UtcDateTime)];
}
