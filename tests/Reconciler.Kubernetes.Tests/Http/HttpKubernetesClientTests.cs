using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Http;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing.Contract;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Kubernetes.Tests.Http;

public sealed class HttpKubernetesClientTests : IDisposable
{
    private const string WidgetJson = """{"apiVersion":"contract.reconciler.dev/v1","kind":"Widget","metadata":{"name":"a","namespace":"games","uid":"u"}}""";

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Semantics_48_a_list_says_who_asks_and_takes_gzip()
    {
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(
            200, Gzip(Samples.List("7", "more", Samples.Widget("a"))), "application/json", ("Content-Encoding", "gzip")));
        using var client = Kubeconfigs.Client(_folder, server, options: new HttpKubernetesClientOptions { UserAgent = UserAgents.For("reconciler-agent", "node-1") });

        var list = await client.ListAsync<Widget>(new ListOptions { Namespace = "games", LabelSelector = "a in (b, c)", FieldSelector = "metadata.name=a", Limit = 500, ResourceVersion = "0" }, Cancel);

        list.Items.ShouldHaveSingleItem().Metadata.Name.ShouldBe("a");
        list.Continue.ShouldBe("more");
        var request = server.Requests.ShouldHaveSingleItem();
        request.Method.ShouldBe("GET");
        request.Target.ShouldBe("/apis/contract.reconciler.dev/v1/namespaces/games/widgets?labelSelector=a%20in%20%28b%2C%20c%29&fieldSelector=metadata.name%3Da&limit=500&resourceVersion=0");
        request.Header("Accept").ShouldBe("application/json");
        request.Header("Accept-Encoding").ShouldBe("gzip");
        request.Header("Authorization").ShouldBe("Bearer secret");
        request.Header("User-Agent")!.ShouldMatch("^reconciler-agent/[0-9.]+ \\(linux/(amd64|arm64)\\) node-1$");
    }

    [Fact]
    public async Task Semantics_01_the_next_page_is_asked_for_by_its_token_alone()
    {
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(200, Samples.List("7", null)));
        using var client = Kubeconfigs.Client(_folder, server);

        await client.ListAsync<Widget>(new ListOptions { Limit = 2, Continue = "to/ken", ResourceVersion = "5" }, Cancel);

        server.Requests[0].Target.ShouldBe("/apis/contract.reconciler.dev/v1/widgets?limit=2&continue=to%2Fken");
    }

    [Fact]
    public async Task Kinds_of_the_core_group_and_servers_below_a_path_are_addressed()
    {
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(200, """{"metadata":{"name":"n"}}"""));
        using var client = new HttpKubernetesClient(Kubeconfigs.Load(_folder, $"server: {server.Address}k8s/clusters/c-1/"));

        await client.GetAsync<ConfigMap>("n", "games", Cancel);

        server.Requests[0].Target.ShouldBe("/k8s/clusters/c-1/api/v1/namespaces/games/configmaps/n");
    }

    [Theory]
    [InlineData("..", "games")]
    [InlineData("", "games")]
    [InlineData("a", "..")]
    [InlineData("a", null)]
    public async Task A_name_that_would_lead_to_another_resource_is_not_sent(string name, string? @namespace)
    {
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(200, WidgetJson));
        using var client = Kubeconfigs.Client(_folder, server);

        await Should.ThrowAsync<ArgumentException>(() => client.GetAsync<Widget>(name, @namespace, Cancel));
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Semantics_52_only_the_object_itself_not_found_is_absence()
    {
        await using var server = ScriptedHttpServer.StartSequence(
            exchange => exchange.RespondAsync(404, Status(404, "NotFound", "widgets \"a\" not found", """{"name":"a","group":"contract.reconciler.dev","kind":"widgets"}""")),
            exchange => exchange.RespondAsync(404, Status(404, "NotFound", "the server could not find the requested resource", "{}")),
            exchange => exchange.RespondAsync(404, "404 page not found\n", "text/plain"),
            exchange => exchange.RespondAsync(404, "404 page not found\n", "text/plain"));
        using var client = Kubeconfigs.Client(_folder, server);

        (await client.GetAsync<Widget>("a", "games", Cancel)).ShouldBeNull();
        var unknownKind = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<Widget>("a", "games", Cancel));
        unknownKind.IsNotFound.ShouldBeTrue();
        unknownKind.Message.ShouldContain("install its CustomResourceDefinition");
        (await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<Widget>("a", "games", Cancel))).IsNotFound.ShouldBeTrue();
        await Should.ThrowAsync<KubernetesApiException>(() => client.DeleteAsync<Widget>("a", "games", new DeleteOptions(), Cancel));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    public async Task Semantics_23_an_apply_sends_the_type_and_takes_created_for_success(int status)
    {
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(status, WidgetJson));
        using var client = Kubeconfigs.Client(_folder, server);
        var entity = new Widget { Metadata = new ObjectMeta { Name = "a", Namespace = "games" }, Status = new WidgetStatus { Phase = "Up" } };

        (await client.ApplyStatusAsync(entity, new ApplyOptions("agent/status"), Cancel)).Metadata.Uid.ShouldBe("u");
        await client.ApplyAsync(entity with { Status = null }, new ApplyOptions("agent", Force: false), Cancel);

        var (first, second) = (server.Requests[0], server.Requests[1]);
        first.Method.ShouldBe("PATCH");
        first.Target.ShouldBe("/apis/contract.reconciler.dev/v1/namespaces/games/widgets/a/status?fieldManager=agent%2Fstatus&force=true");
        first.Header("Content-Type").ShouldBe("application/apply-patch+yaml");
        first.Text.ShouldBe("""{"apiVersion":"contract.reconciler.dev/v1","kind":"Widget","metadata":{"name":"a","namespace":"games"},"status":{"phase":"Up"}}""");
        second.Target.ShouldBe("/apis/contract.reconciler.dev/v1/namespaces/games/widgets/a?fieldManager=agent");
        second.Text.ShouldBe("""{"apiVersion":"contract.reconciler.dev/v1","kind":"Widget","metadata":{"name":"a","namespace":"games"}}""");
    }

    [Fact]
    public async Task Semantics_29_a_delete_carries_its_preconditions()
    {
        await using var server = ScriptedHttpServer.StartSequence(
            exchange => exchange.RespondAsync(200, """{"kind":"Status","status":"Success"}"""),
            exchange => exchange.RespondAsync(404, Status(404, "NotFound", "gone", """{"name":"a"}""")),
            exchange => exchange.RespondAsync(409, Status(409, "Conflict", "Precondition failed: UID in precondition: u, UID in object meta: v", """{"name":"a"}""")));
        using var client = Kubeconfigs.Client(_folder, server);
        var options = new DeleteOptions { Uid = "u", ResourceVersion = "5", PropagationPolicy = "Foreground" };

        await client.DeleteAsync<Widget>("a", "games", options, Cancel);
        await client.DeleteAsync<Widget>("a", "games", options, Cancel);
        var refused = await Should.ThrowAsync<KubernetesApiException>(() => client.DeleteAsync<Widget>("a", "games", options, Cancel));

        refused.IsConflict.ShouldBeTrue();
        JsonNode.DeepEquals(JsonNode.Parse(server.Requests[0].Text), JsonNode.Parse(
            """{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"u","resourceVersion":"5"},"propagationPolicy":"Foreground"}""")).ShouldBeTrue();
    }

    [Fact]
    public async Task An_error_says_what_was_tried_where_and_what_the_server_said()
    {
        await using var server = ScriptedHttpServer.StartSequence(
            exchange => exchange.RespondAsync(403, Status(403, "Forbidden", "User \"me\" cannot list resource", """{"group":"g","kind":"widgets","retryAfterSeconds":7,"causes":[{"reason":"r","message":"m","field":"f"}]}""")),
            exchange => exchange.RespondAsync(502, "<html>bad gateway</html>", "text/html"),
            exchange => exchange.RespondAsync(302, "", "text/html", ("Location", "https://login.example")));
        using var client = Kubeconfigs.Client(_folder, server);

        var forbidden = await Should.ThrowAsync<KubernetesApiException>(() => client.ListAsync<Widget>(new ListOptions { Namespace = "games" }, Cancel));
        forbidden.Message.ShouldBe($"Cannot list widgets.contract.reconciler.dev in namespace \"games\" at {server.Address.AbsoluteUri.TrimEnd('/')}: 403 Forbidden: User \"me\" cannot list resource");
        forbidden.IsForbidden.ShouldBeTrue();
        forbidden.Status!.Details!.Causes!.ShouldHaveSingleItem().Field.ShouldBe("f");
        forbidden.RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
        var gateway = await Should.ThrowAsync<KubernetesApiException>(() => client.CreateAsync(New("a"), Cancel));
        gateway.Message.ShouldContain("create widgets.contract.reconciler.dev \"a\" in namespace \"games\"");
        gateway.Message.ShouldContain("<html>bad gateway</html>");
        gateway.Status.ShouldBeNull();
        gateway.IsTransient.ShouldBeTrue();
        (await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<Widget>("a", "games", Cancel))).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task An_answer_that_is_no_object_of_the_kind_is_an_error_with_the_field()
    {
        await using var server = ScriptedHttpServer.StartSequence(
            exchange => exchange.RespondAsync(200, """{"metadata":{"name":"a"},"spec":{"count":"three"}}"""),
            exchange => exchange.RespondAsync(200, "<html>please log in</html>", "text/html"));
        using var client = Kubeconfigs.Client(_folder, server);

        var wrong = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<Widget>("a", "games", Cancel));
        wrong.Message.ShouldContain("$.spec.count");
        wrong.IsTransient.ShouldBeFalse();
        (await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<Widget>("a", "games", Cancel))).Message.ShouldContain("text/html, not JSON");
    }

    [Fact]
    public async Task Semantics_42_Impersonation_is_asked_for_by_headers()
    {
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(200, WidgetJson));
        using var client = Kubeconfigs.Client(_folder, server, "token: t\nas: jane\nas-uid: u1\nas-groups: [dev, ops]\nas-user-extra: {scope/x: [a]}");

        await client.GetAsync<Widget>("a", "games", Cancel);

        var request = server.Requests[0];
        request.Header("Impersonate-User").ShouldBe("jane");
        request.Header("Impersonate-Uid").ShouldBe("u1");
        request.Header("Impersonate-Group").ShouldBe("dev, ops");
        request.Header("Impersonate-Extra-scope%2Fx").ShouldBe("a");
    }

    private static Widget New(string name) => new() { Metadata = new ObjectMeta { Name = name, Namespace = "games" }, Spec = new WidgetSpec { Size = "1Gi" } };

    private static string Status(int code, string reason, string message, string details) => new JsonObject
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["status"] = "Failure",
        ["code"] = code,
        ["reason"] = reason,
        ["message"] = message,
        ["details"] = JsonNode.Parse(details),
    }.ToJsonString();

    private static byte[] Gzip(string text)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return buffer.ToArray();
    }
}
