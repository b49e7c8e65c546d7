using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Reconciler.Kubernetes.Config;

/// <summary>A client certificate with its key and its intermediates.</summary>
internal sealed class ClientCertificate
{
    private ClientCertificate(SslStreamCertificateContext context, X509Certificate2 leaf)
    {
        Context = context;
        Leaf = leaf;
    }

    internal SslStreamCertificateContext Context { get; }

    internal X509Certificate2 Leaf { get; }

    /// <exception cref="KubernetesConfigException">Not PEM, key and certificate differ, or expired.</exception>
    internal static ClientCertificate FromPem(string certificate, string key, string description, TimeProvider time)
    {
        X509Certificate2 leaf;
        var chain = new X509Certificate2Collection();
        try
        {
            leaf = X509Certificate2.CreateFromPem(certificate, key);
            chain.ImportFromPem(certificate);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            var encrypted = key.Contains("ENCRYPTED", StringComparison.Ordinal) ? " The key is encrypted; store it without a passphrase." : "";
            throw new KubernetesConfigException(
                $"The {description} can't be used: {exception.Message}{encrypted} Expected: a PEM certificate and its own PEM key (RSA or EC).", exception);
        }

        var now = time.GetUtcNow();
        if (leaf.NotAfter.ToUniversalTime() <= now.UtcDateTime)
        {
            throw new KubernetesConfigException(
                $"The {description} expired at {Rfc(leaf.NotAfter)} (it is {Rfc(now.UtcDateTime)} here). Get a new one, or correct the clock.");
        }

        if (leaf.NotBefore.ToUniversalTime() > now.UtcDateTime)
        {
            throw new KubernetesConfigException(
                $"The {description} is valid only from {Rfc(leaf.NotBefore)} on (it is {Rfc(now.UtcDateTime)} here). Correct the clock.");
        }

        // Offline: missing intermediates are not fetched from the addresses that a certificate names.
        return new ClientCertificate(SslStreamCertificateContext.Create(leaf, chain, offline: true), leaf);
    }

    private static string Rfc(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
