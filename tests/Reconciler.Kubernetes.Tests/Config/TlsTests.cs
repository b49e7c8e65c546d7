using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Http;
using Reconciler.Testing;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Kubernetes.Tests.Config;

/// <summary>Server certificates, client certificates, and servers that speak another protocol than expected.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TestAuthority _authority = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task A_server_with_the_clusters_authority_is_trusted()
    {
        await using var server = Start("127.0.0.1");
        using var client = Kubeconfigs.Client(_folder, server, more: Authority(_authority));
        await GetAsync(client);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_of_another_authority_is_refused_and_both_are_named()
    {
        using var other = new TestAuthority("other-ca");
        await using var server = Start("127.0.0.1");
        using var client = Kubeconfigs.Client(_folder, server, more: Authority(other));

        var error = await ErrorAsync(client);
        error.Message.ShouldContain("the server's certificate (issued by CN=test-ca) is not signed by an authority in 'certificate-authority-data' of cluster \"lab\"");
        server.ConnectionCount.ShouldBe(1);
    }

    [Fact]
    public async Task Without_an_authority_those_of_the_system_decide_and_the_field_to_set_is_named()
    {
        await using var server = Start("127.0.0.1");
        using var client = Kubeconfigs.Client(_folder, server);
        (await ErrorAsync(client)).Message.ShouldContain("not trusted by the system's certificate authorities");
    }

    [Fact]
    public async Task Semantics_42_A_certificate_for_another_name_is_refused_and_tls_server_name_mends_it()
    {
        await using var server = Start("kubernetes", "10.0.0.1");
        using var client = Kubeconfigs.Client(_folder, server, more: Authority(_authority));
        (await ErrorAsync(client)).Message.ShouldContain("the server's certificate is for kubernetes, 10.0.0.1 only. Use one of these names in 'server', or set 'tls-server-name' to one");

        using var named = Kubeconfigs.Client(_folder, server, more: Authority(_authority) + "\ntls-server-name: kubernetes");
        await GetAsync(named);
        server.Requests.ShouldHaveSingleItem().ServerName.ShouldBe("kubernetes");
    }

    [Fact]
    public async Task An_expired_server_certificate_is_refused_as_such()
    {
        await using var server = ScriptedHttpServer.Start(
            exchange => exchange.RespondAsync(200, "{}"), new ScriptedTls(_authority.IssueServer(DateTimeOffset.UtcNow.AddDays(-1), "127.0.0.1")));
        using var client = Kubeconfigs.Client(_folder, server, more: Authority(_authority));
        (await ErrorAsync(client)).Message.ShouldContain("the server's certificate is not valid: ");
    }

    [Fact]
    public async Task Semantics_42_Insecure_skip_tls_verify_takes_anything()
    {
        await using var server = Start("elsewhere");
        using var client = Kubeconfigs.Client(_folder, server, more: "insecure-skip-tls-verify: true");
        await GetAsync(client);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Semantics_44_a_rotated_authority_file_is_read_again()
    {
        using var old = new TestAuthority("old-ca");
        var time = new Reconciler.Testing.VirtualTime(DateTimeOffset.UtcNow);
        _folder.Write("ca.crt", old.Pem);
        await using var server = Start("127.0.0.1");
        using var client = Kubeconfigs.Client(_folder, server, more: "certificate-authority: ca.crt", time: time);

        await ErrorAsync(client);
        _folder.Write("ca.crt", old.Pem + "\n" + _authority.Pem);
        await ErrorAsync(client);
        time.Advance(TimeSpan.FromMinutes(1));
        await GetAsync(client);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Semantics_42_A_client_certificate_is_shown_to_the_server(bool rsa)
    {
        var (certificate, key) = _authority.IssueClient("jane", rsa);
        await using var server = Start("127.0.0.1");
        using var client = Kubeconfigs.Client(
            _folder, server, $"client-certificate-data: {Kubeconfigs.Data(certificate)}\nclient-key-data: {Kubeconfigs.Data(key)}", Authority(_authority));

        await GetAsync(client);

        var request = server.Requests.ShouldHaveSingleItem();
        request.ClientCertificateSubject.ShouldBe("CN=jane");
        request.Header("Authorization").ShouldBeNull();
    }

    [Fact]
    public async Task Semantics_43_44_A_client_certificate_that_is_rotated_in_its_files_is_shown_without_a_restart()
    {
        var time = new VirtualTime(DateTimeOffset.UtcNow);
        void Rotate(string name, bool certificateOnly = false)
        {
            var (certificate, key) = _authority.IssueClient(name);
            _folder.Write("client.crt", certificate);
            if (!certificateOnly) _folder.Write("client.key", key);
        }

        Rotate("one");
        await using var server = Start("127.0.0.1");
        using var client = Kubeconfigs.Client(
            _folder, server, "client-certificate: client.crt\nclient-key: client.key\ntoken: beside", Authority(_authority), time);

        await GetAsync(client);
        Rotate("half-written", certificateOnly: true);
        time.Advance(TimeSpan.FromMinutes(1));
        await GetAsync(client);
        Rotate("two");
        await GetAsync(client);
        time.Advance(TimeSpan.FromMinutes(1));
        await GetAsync(client);

        server.Requests.Select(request => request.ClientCertificateSubject).ShouldBe(["CN=one", "CN=one", "CN=one", "CN=two"]);
        server.Requests.ShouldAllBe(request => request.Header("Authorization") == "Bearer beside");

        // Another certificate needs another handshake.
        server.ConnectionCount.ShouldBe(2);
    }

    [Fact]
    public async Task Semantics_43_44_A_client_certificate_that_is_refused_is_read_again_at_once_and_tried_once_more()
    {
        var (old, oldKey) = _authority.IssueClient("old");
        _folder.Write("client.crt", old);
        _folder.Write("client.key", oldKey);
        await using var server = ScriptedHttpServer.Start(
            exchange => exchange.RespondAsync(exchange.Request.ClientCertificateSubject == "CN=new" ? 200 : 401, "{}"),
            new ScriptedTls(_authority.IssueServer("127.0.0.1"), AskForClientCertificate: true));
        using var client = Kubeconfigs.Client(_folder, server, "client-certificate: client.crt\nclient-key: client.key", Authority(_authority));

        (await Should.ThrowAsync<KubernetesApiException>(() => GetAsync(client))).IsUnauthorized.ShouldBeTrue();
        var (renewed, renewedKey) = _authority.IssueClient("new");
        _folder.Write("client.crt", renewed);
        _folder.Write("client.key", renewedKey);
        await GetAsync(client);

        server.Requests.Select(request => request.ClientCertificateSubject).ShouldBe(["CN=old", "CN=old", "CN=new"]);
    }

    [Fact]
    public async Task Semantics_43_a_plugins_new_client_certificate_gets_new_connections_and_calls_in_flight_end_well()
    {
        foreach (var name in new[] { "one", "two" })
        {
            var (certificate, key) = _authority.IssueClient(name);
            _folder.Write(name, $$$"""{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"clientCertificateData":{{{Quote(certificate)}}},"clientKeyData":{{{Quote(key)}}} } }""");
        }

        _folder.WriteScript("plugin", $"cat {_folder.Path}/one; mv {_folder.Path}/two {_folder.Path}/one 2>/dev/null; true");
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var slowArrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = ScriptedHttpServer.Start(
            async exchange =>
            {
                if (exchange.Request.Target.EndsWith("/slow", StringComparison.Ordinal))
                {
                    slowArrived.SetResult();
                    await release.Task;
                    await exchange.RespondAsync(200, "{}");
                    return;
                }

                await exchange.RespondAsync(exchange.Request.ClientCertificateSubject == "CN=two" ? 200 : 401, "{}");
            },
            new ScriptedTls(_authority.IssueServer("127.0.0.1"), AskForClientCertificate: true));
        using var client = Kubeconfigs.Client(_folder, server, "exec:\n  apiVersion: client.authentication.k8s.io/v1\n  command: ./plugin\n", Authority(_authority));

        var slow = client.GetAsync<ConfigMap>("slow", "games", Cancel);
        await slowArrived.Task;
        await GetAsync(client);
        release.SetResult();
        await slow;

        server.Requests.Select(request => request.ClientCertificateSubject).ShouldBe(["CN=one", "CN=one", "CN=two"]);
    }

    [Fact]
    public async Task Http_to_a_server_that_speaks_https_is_told_to_write_https()
    {
        // What Go's net/http answers.
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(400, "Client sent an HTTP request to an HTTPS server.\n", "text/plain"));
        using var client = Kubeconfigs.Client(_folder, server);
        (await ErrorAsync(client)).Message.ShouldEndWith($"Write 'server' with https:// (context \"dev\" of {_folder.Path}/config).");
    }

    [Fact]
    public async Task Https_to_a_server_that_speaks_http_is_told_to_write_http()
    {
        await using var answering = new PlainAnswer();
        using var client = new HttpKubernetesClient(Kubeconfigs.Load(_folder, $"server: https://127.0.0.1:{answering.Port}"));
        (await ErrorAsync(client)).Message.ShouldContain("the server does not speak TLS there. If it serves plain HTTP, write 'server' with http://");
    }

    [Fact]
    public async Task A_name_that_can_not_be_resolved_is_named()
    {
        using var client = new HttpKubernetesClient(
            Kubeconfigs.Load(_folder, "server: https://no-such-host.invalid:6443"), new HttpKubernetesClientOptions { MaxRetries = 0 });
        (await ErrorAsync(client)).Message.ShouldContain("the name \"no-such-host.invalid\" can't be resolved. Correct 'server'");
    }

    private ScriptedHttpServer Start(params string[] names) => ScriptedHttpServer.Start(
        exchange => exchange.RespondAsync(200, "{}"), new ScriptedTls(_authority.IssueServer(names), AskForClientCertificate: true));

    private static string Authority(TestAuthority authority) => $"certificate-authority-data: {Kubeconfigs.Data(authority.Pem)}";

    private static string Quote(string text) => System.Text.Json.Nodes.JsonValue.Create(text)!.ToJsonString();

    private static Task<ConfigMap?> GetAsync(HttpKubernetesClient client) => client.GetAsync<ConfigMap>("a", "games", Cancel);

    private static async Task<KubernetesApiException> ErrorAsync(HttpKubernetesClient client) =>
        await Should.ThrowAsync<KubernetesApiException>(() => GetAsync(client));
}
