using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Reconciler.Testing.Lab;

namespace Reconciler.Scale.Measuring;

/// <summary>What the API server itself has counted: requests for the project's kinds, by verb, and what it keeps of events and leases.</summary>
internal sealed class ApiRequests : IDisposable
{
    private readonly HttpClient _client;

    public ApiRequests(KubeApiServerLab lab)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(lab.CertificateAuthorityFile);
        var handler = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = trust } };
        _client = new HttpClient(handler) { BaseAddress = lab.Url };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", lab.AdminToken);
    }

    /// <summary>Requests since the server's start, by verb; watches and connects count when they end.</summary>
    public async Task<IReadOnlyDictionary<string, double>> CountAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken)).SumBy(labels => labels.GetValueOrDefault("verb", ""), IsOfProject);

    /// <summary>The same by verb and resource: "LIST domains", "APPLY domains/status".</summary>
    public async Task<IReadOnlyDictionary<string, double>> CountByResourceAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken)).SumBy(
            labels => $"{labels.GetValueOrDefault("verb")} {labels.GetValueOrDefault("resource")}{(labels.GetValueOrDefault("subresource") is { Length: > 0 } part ? "/" + part : "")}",
            IsOfProject);

    /// <summary>What was counted between two looks.</summary>
    public static IReadOnlyDictionary<string, double> Between(IReadOnlyDictionary<string, double> before, IReadOnlyDictionary<string, double> after) =>
        after.Select(c => (c.Key, Count: c.Value - before.GetValueOrDefault(c.Key)))
            .Where(c => c.Count > 0)
            .ToDictionary(c => c.Key, c => c.Count, StringComparer.Ordinal);

    private async Task<MetricSeries> ReadAsync(CancellationToken cancellationToken) =>
        MetricSeries.Parse(await _client.GetStringAsync("/metrics", cancellationToken), "apiserver_request_total");

    private static bool IsOfProject(IReadOnlyDictionary<string, string> labels) =>
        labels.GetValueOrDefault("group") is "xen.reconciler.dev" or "events.k8s.io" or "coordination.k8s.io";

    public void Dispose() => _client.Dispose();
}
