using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Testing;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Kubernetes.Tests.Config;

/// <summary>Tokens, token files and credential plugins, as a server sees them.</summary>
public sealed class CredentialTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_token_that_the_server_refuses_is_named_with_its_file()
    {
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(
            401, """{"kind":"Status","code":401,"reason":"Unauthorized","message":"Unauthorized"}"""));
        using var client = Kubeconfigs.Client(_folder, server);

        var error = await Should.ThrowAsync<KubernetesApiException>(() => GetAsync(client));
        error.IsUnauthorized.ShouldBeTrue();
        error.Message.ShouldEndWith($"401 Unauthorized: Unauthorized. The server does not accept the token of user \"me\" in {_folder.Path}/config. It is expired or wrong: get a new token.");
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Semantics_44_a_token_file_is_read_again_after_a_minute_and_the_last_good_token_stays()
    {
        var time = new VirtualTime();
        var file = _folder.Write("token", "one\n");
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(200, "{}"));
        using var client = Kubeconfigs.Client(_folder, server, "tokenFile: token\ntoken: other", time: time);

        await GetAsync(client);
        _folder.Write("token", "two");
        await GetAsync(client);
        time.Advance(TimeSpan.FromSeconds(60));
        await GetAsync(client);
        File.Delete(file);
        time.Advance(TimeSpan.FromSeconds(60));
        await GetAsync(client);

        Tokens(server).ShouldBe(["Bearer one", "Bearer one", "Bearer two", "Bearer two"]);
    }

    [Fact]
    public async Task Semantics_44_a_refused_token_file_is_read_again_at_once_and_tried_once_more()
    {
        _folder.Write("token", "old");
        await using var server = ScriptedHttpServer.Start(exchange =>
            exchange.Request.Header("Authorization") == "Bearer new" ? exchange.RespondAsync(200, "{}") : exchange.RespondAsync(401, "{}"));
        using var client = Kubeconfigs.Client(_folder, server, "tokenFile: token");

        (await Should.ThrowAsync<KubernetesApiException>(() => GetAsync(client))).Message.ShouldContain($"See that {_folder.Path}/token holds a valid token.");
        _folder.Write("token", "new");
        await GetAsync(client);

        Tokens(server).ShouldBe(["Bearer old", "Bearer old", "Bearer new"]);
    }

    [Fact]
    public async Task A_token_file_that_is_not_there_is_named()
    {
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(200, "{}"));
        using var client = Kubeconfigs.Client(_folder, server, "tokenFile: none");

        (await Should.ThrowAsync<KubernetesApiException>(() => GetAsync(client))).Message.ShouldContain($"Cannot read {_folder.Path}/none ('tokenFile' of user \"me\" in {_folder.Path}/config): ");
    }

    [Fact]
    public async Task Semantics_43_a_plugin_gets_its_arguments_one_by_one_its_variables_and_the_cluster()
    {
        _folder.WriteScript("plugin", $$$"""
            printf '%s\n' "$#" "$1" "$2" "$GREETING" > {{{_folder.Path}}}/arguments
            printf '%s' "$KUBERNETES_EXEC_INFO" > {{{_folder.Path}}}/info
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"from-plugin"}}'
            """);
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(200, "{}"));
        using var client = Kubeconfigs.Client(
            _folder,
            server,
            """
            exec:
              apiVersion: client.authentication.k8s.io/v1
              command: ./plugin
              args: ["a b", "c\"d"]
              env: [{name: GREETING, value: hello you}]
              provideClusterInfo: true
            """,
            """
            extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: x}}]
            tls-server-name: kube
            """);

        await GetAsync(client);
        await GetAsync(client);

        Tokens(server).ShouldBe(["Bearer from-plugin", "Bearer from-plugin"]);
        File.ReadAllText(Path.Combine(_folder.Path, "arguments")).ShouldBe("2\na b\nc\"d\nhello you\n");
        File.ReadAllText(Path.Combine(_folder.Path, "info")).ShouldBe(
            """{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false,"cluster":{"server":"SERVER","tls-server-name":"kube","config":{"audience":"x"}}}}"""
                .Replace("SERVER", server.Address.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Semantics_43_a_credential_is_kept_until_it_expires_and_made_once_for_all_who_wait()
    {
        var time = new VirtualTime();
        CountingPlugin("2026-01-01T01:00:00Z");
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(200, "{}"));
        using var client = Kubeconfigs.Client(_folder, server, PluginUser, time: time);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => GetAsync(client)));
        Runs().ShouldBe(1);
        time.Advance(TimeSpan.FromHours(1));
        await GetAsync(client);
        Runs().ShouldBe(2);
        Tokens(server)[^1].ShouldBe("Bearer token-2");
    }

    [Fact]
    public async Task Semantics_43_a_refused_credential_is_made_anew_once()
    {
        CountingPlugin("2999-01-01T00:00:00Z");
        await using var server = ScriptedHttpServer.Start(exchange =>
            exchange.Request.Header("Authorization") == "Bearer token-2" ? exchange.RespondAsync(200, "{}") : exchange.RespondAsync(401, "{}"));
        using var client = Kubeconfigs.Client(_folder, server, PluginUser);

        await GetAsync(client);
        Tokens(server).ShouldBe(["Bearer token-1", "Bearer token-2"]);
    }

    [Theory]
    [InlineData("echo 'no session, log in first' >&2; exit 3", "ended with exit code 3: no session, log in first. Run \"")]
    [InlineData("echo hello", "printed something else than JSON. Run \"")]
    [InlineData("echo '{}'", "did not print an ExecCredential.")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\"}'", "printed apiVersion \"client.authentication.k8s.io/v1beta1\", and \"client.authentication.k8s.io/v1\" is configured.")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{}}'", "printed neither token nor clientCertificateData.")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"t\",\"expirationTimestamp\":\"soon\"}}'", "printed the expirationTimestamp \"soon\", which is no RFC 3339 time.")]
    public async Task Semantics_43_A_plugin_that_fails_is_named_with_what_it_said(string body, string expected)
    {
        var plugin = _folder.WriteScript("plugin", body);
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(200, "{}"));
        using var client = Kubeconfigs.Client(_folder, server, PluginUser);

        (await Should.ThrowAsync<KubernetesApiException>(() => GetAsync(client))).Message.ShouldContain(
            $"The credential plugin \"{_folder.Path}/./plugin\" of user \"me\" in {_folder.Path}/config {expected}");
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Semantics_43_A_plugin_that_does_not_end_is_ended_after_a_minute_and_a_waiting_caller_can_leave_before()
    {
        var time = new VirtualTime();
        _folder.WriteScript("plugin", $"echo $$ > {_folder.Path}/started.part; mv {_folder.Path}/started.part {_folder.Path}/started; exec sleep 600");
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(200, "{}"));
        using var client = Kubeconfigs.Client(_folder, server, PluginUser, time: time);
        using var leaving = new CancellationTokenSource();

        var staying = GetAsync(client);
        var left = client.GetAsync<ConfigMap>("a", "games", leaving.Token);
        while (!File.Exists(Path.Combine(_folder.Path, "started"))) await Task.Delay(5, Cancel);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => left);
        time.Advance(TimeSpan.FromMinutes(1));

        // The call's own limit (30 s) has passed by then, too: whichever is seen first, the plugin is gone.
        await Should.ThrowAsync<KubernetesApiException>(() => staying);
        var id = int.Parse(File.ReadAllText(Path.Combine(_folder.Path, "started")), System.Globalization.CultureInfo.InvariantCulture);
        while (IsRunning(id))
        {
            // Its minute may have begun only after that one had passed: it begins when the client knows that the plugin has started.
            time.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(5, Cancel);
        }
    }

    [Fact]
    public async Task Semantics_43_A_plugin_that_is_not_installed_is_named_with_its_hint()
    {
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(200, "{}"));
        using var client = Kubeconfigs.Client(_folder, server, """
            exec:
              apiVersion: client.authentication.k8s.io/v1
              command: no-such-plugin-anywhere
              installHint: Get it from example.com.
            """);

        var error = await Should.ThrowAsync<KubernetesApiException>(() => GetAsync(client));
        error.Message.ShouldContain("The credential plugin \"no-such-plugin-anywhere\" of user \"me\"");
        error.Message.ShouldContain("can't be run");
        error.Message.ShouldEndWith("Get it from example.com.");
        error.InnerException.ShouldBeOfType<KubernetesConfigException>();
    }

    private const string PluginUser = "exec:\n  apiVersion: client.authentication.k8s.io/v1\n  command: ./plugin\n";

    private static Task<ConfigMap?> GetAsync(HttpKubernetesClient client) => client.GetAsync<ConfigMap>("a", "games", Cancel);

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static List<string?> Tokens(ScriptedHttpServer server) => server.Requests.Select(request => request.Header("Authorization")).ToList();

    private void CountingPlugin(string expires) => _folder.WriteScript("plugin", $$$"""
        echo run >> {{{_folder.Path}}}/runs
        n=$(wc -l < {{{_folder.Path}}}/runs)
        echo "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"token-$n\",\"expirationTimestamp\":\"{{{expires}}}\"}}"
        """);

    private int Runs() => File.ReadAllLines(Path.Combine(_folder.Path, "runs")).Length;
}
