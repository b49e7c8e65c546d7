using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Runtime.Web.Admission;
using Reconciler.Runtime.Web.Certificates;

namespace Reconciler.Runtime.Tests.Web.Admission;

/// <summary>A server of webhooks for widgets, and a client that trusts what an API server would.</summary>
internal sealed class AdmissionRig : IAsyncDisposable
{
    private readonly List<HttpClient> _clients = [];

    public AdmissionRig(AdmissionOptions? options = null)
    {
        Services = TestServices.Create(TimeProvider.System, Log);
        Certificates = new ServingCertificates(Services);
        options ??= new AdmissionOptions();
        options = options with { Address = IPAddress.Loopback, Port = 0 };
        Server = new AdmissionServer([new AdmissionWebhook<Widget>(Validator, options, Services)], options, Certificates, Services);
    }

    public TestServices.Log Log { get; } = new();

    public RuntimeServices Services { get; }

    public ServingCertificates Certificates { get; }

    public ScriptedValidator<Widget> Validator { get; } = new();

    public AdmissionServer Server { get; }

    public static string Path { get; } = AdmissionPaths.Of(Widget.Definition);

    /// <summary>Starts it with a certificate; the client trusts that one's authority.</summary>
    public async Task<HttpClient> StartAsync()
    {
        var certificate = NewCertificate();
        Certificates.Load(certificate, "test");
        await Server.StartAsync(CancellationToken.None);
        return NewClient(certificate);
    }

    public static ServingCertificate NewCertificate() => CertificateIssuer.Issue(["127.0.0.1"], TimeSpan.FromHours(1), DateTimeOffset.UtcNow);

    /// <summary>A client with connections of its own, that trusts the authorities of a certificate.</summary>
    public HttpClient NewClient(ServingCertificate trusted)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        foreach (var authority in trusted.Authorities) policy.CustomTrustStore.Add(authority);
        var client = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } }) { BaseAddress = new Uri($"https://{Server.Listening}") };
        _clients.Add(client);
        return client;
    }

    public static JsonObject Review(string operation, JsonNode? @object, JsonNode? oldObject = null, bool dryRun = false) => new()
    {
        ["apiVersion"] = "admission.k8s.io/v1",
        ["kind"] = "AdmissionReview",
        ["request"] = new JsonObject
        {
            ["uid"] = "705ab4f5-6393-11e8-b7cc-42010a800002",
            ["kind"] = new JsonObject { ["group"] = Widget.Definition.Group, ["version"] = "v1", ["kind"] = "Widget" },
            ["resource"] = new JsonObject { ["group"] = Widget.Definition.Group, ["version"] = "v1", ["resource"] = "widgets" },
            ["name"] = "a",
            ["namespace"] = "ns",
            ["operation"] = operation,
            ["userInfo"] = new JsonObject
            {
                ["username"] = "ann",
                ["groups"] = new JsonArray("devs"),
                ["extra"] = new JsonObject { ["authentication.kubernetes.io/node-name"] = new JsonArray("node1") },
            },
            ["object"] = @object,
            ["oldObject"] = oldObject,
            ["dryRun"] = dryRun,
            ["options"] = new JsonObject { ["kind"] = "CreateOptions", ["apiVersion"] = "meta.k8s.io/v1" },
        },
    };

    public static JsonObject Widgets(string size) => new()
    {
        ["apiVersion"] = Widget.Definition.ApiVersion,
        ["kind"] = "Widget",
        ["metadata"] = new JsonObject { ["name"] = "a", ["namespace"] = "ns" },
        ["spec"] = new JsonObject { ["size"] = size },
    };

    /// <summary>The response of the review.</summary>
    public static async Task<JsonObject> AskAsync(HttpClient client, JsonObject review)
    {
        var (status, text) = await PostAsync(client, review.ToJsonString());
        status.ShouldBe(HttpStatusCode.OK, text);
        var answer = JsonNode.Parse(text)!.AsObject();
        answer["apiVersion"]!.GetValue<string>().ShouldBe("admission.k8s.io/v1");
        answer["kind"]!.GetValue<string>().ShouldBe("AdmissionReview");
        answer["response"]!["uid"]!.GetValue<string>().ShouldBe(review["request"]!["uid"]!.GetValue<string>());
        return answer["response"]!.AsObject();
    }

    public static async Task<(HttpStatusCode Status, string Text)> PostAsync(HttpClient client, string body, string? path = null, string contentType = "application/json")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var response = await client.PostAsync(new Uri((path ?? Path) + "?timeout=3s", UriKind.Relative), content, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await Server.DisposeAsync();
        Services.Metrics.Dispose();
    }
}
