using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Reconciler.Runtime.Hosting;

namespace Reconciler.Runtime.Web.Certificates;

/// <summary>
/// A serving certificate that others keep in files, as cert-manager does in a Secret that is mounted: tls.crt, tls.key. Its authority is
/// theirs to make known to the API server.
/// </summary>
/// <remarks>The folder is looked at every ten seconds: the kubelet replaces a symbolic link, of which file notifications hear late or never.</remarks>
internal sealed class CertificateFiles(string folder, ServingCertificates serving, RuntimeServices services) : OperatorLoop(OperatorPartOrder.Webhooks)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, services.Time);
        try
        {
            do
            {
                Look();
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The way it ends.
        }
    }

    private void Look()
    {
        try
        {
            var certificate = Path.Combine(folder, ServingCertificate.CertificateKey);
            var key = Path.Combine(folder, ServingCertificate.PrivateKeyKey);
            serving.Load(X509Certificate2.CreateFromPem(File.ReadAllText(certificate), File.ReadAllText(key)), folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            // Between the replacement of one file and of the other they don't match (ArgumentException): the next look finds both.
            serving.Reject(folder, e.Message);
        }
    }
}
