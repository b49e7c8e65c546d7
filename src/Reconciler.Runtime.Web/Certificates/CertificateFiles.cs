using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Reconciler.Runtime.Hosting;

namespace Reconciler.Runtime.Web.Certificates;

/// <summary>
/// A serving certificate that others keep in files, as cert-manager does in a Secret that is mounted: tls.crt, tls.key. Its authority is
/// theirs to make known to the API server.
/// </summary>
/// <remarks>The folder is looked at every ten seconds: the kubelet replaces a symbolic link, of which file notifications hear late or never.</remarks>
internal sealed class CertificateFiles(string folder, ServingCertificates serving, RuntimeServices services) : IOperatorPart, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <inheritdoc/>
    public OperatorPartOrder Order => OperatorPartOrder.Webhooks;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = WatchAsync(_stop.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task WatchAsync(CancellationToken cancellationToken)
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
