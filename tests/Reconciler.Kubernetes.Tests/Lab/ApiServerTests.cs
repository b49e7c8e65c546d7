using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing.Contract;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Kubernetes.Tests.Lab;

/// <summary>What only a real API server can tell: ways to log in, its own kinds, its errors, and its end.</summary>
[Trait("Category", "Lab")]
public sealed class ApiServerTests(ClientLab lab) : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private string _namespace = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await lab.EnsureStartedAsync();
        _namespace = await lab.Server.CreateNamespaceAsync(Cancel);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder.Path)) _folder.Dispose();
    }

    [Fact]
    public async Task Semantics_42_A_client_certificate_logs_in()
    {
        using var client = Client($"client-certificate: {lab.Server.ClientCertificateFile}\nclient-key: {lab.Server.ClientKeyFile}");
        (await client.ListAsync<ConfigMap>(new ListOptions { Namespace = _namespace }, Cancel)).ResourceVersion.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Semantics_42_A_server_is_reached_under_another_name_than_its_certificates()
    {
        using var client = Client(
            $"token: {lab.Server.AdminToken}",
            $"server: https://127.0.0.1:{lab.Server.Url.Port}\ncertificate-authority: {lab.Server.CertificateAuthorityFile}\ntls-server-name: localhost");
        await client.ListAsync<ConfigMap>(new ListOptions { Namespace = _namespace }, Cancel);
    }

    [Fact]
    public async Task Semantics_44_A_token_in_a_file_logs_in()
    {
        _folder.Write("token", lab.Server.AdminToken);
        using var client = Client("tokenFile: token");
        await client.ListAsync<ConfigMap>(new ListOptions { Namespace = _namespace }, Cancel);
    }

    [Fact]
    public async Task Semantics_43_A_plugin_logs_in()
    {
        _folder.WriteScript("plugin", $$$"""
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"{{{lab.Server.AdminToken}}}"}}'
            """);
        using var client = Client("exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin}");
        await client.ListAsync<ConfigMap>(new ListOptions { Namespace = _namespace }, Cancel);
    }

    [Fact]
    public async Task A_wrong_token_is_unauthorized_and_a_stranger_is_forbidden()
    {
        using var wrong = Client("token: wrong");
        var unauthorized = await Should.ThrowAsync<KubernetesApiException>(() => wrong.ListAsync<ConfigMap>(new ListOptions(), Cancel));
        unauthorized.IsUnauthorized.ShouldBeTrue();
        unauthorized.Message.ShouldContain("The server does not accept the token of user \"me\"");

        using var stranger = Client($"token: {lab.Server.AdminToken}\nas: stranger\nas-groups: [visitors]");
        var forbidden = await Should.ThrowAsync<KubernetesApiException>(() => stranger.ListAsync<ConfigMap>(new ListOptions { Namespace = _namespace }, Cancel));
        forbidden.IsForbidden.ShouldBeTrue();
        forbidden.Message.ShouldContain("User \"stranger\" cannot list resource \"configmaps\"");
    }

    [Fact]
    public async Task Plain_http_to_its_port_is_told_to_use_https()
    {
        var file = _folder.Write("config", Kubeconfigs.Text($"server: http://{lab.Server.Url.Authority}", "token: t"));
        using var client = new HttpKubernetesClient(KubernetesConfig.Load(file));
        (await Should.ThrowAsync<KubernetesApiException>(() => client.ListAsync<ConfigMap>(new ListOptions(), Cancel))).Message.ShouldContain("Write 'server' with https://");
    }

    [Fact]
    public async Task Semantics_31_an_event_with_six_digits_is_taken_and_read_back()
    {
        var at = new DateTimeOffset(2026, 11, 21, 8, 7, 20, TimeSpan.Zero).AddTicks(1234560);
        var created = await lab.Client.CreateAsync(
            new Event
            {
                Metadata = new ObjectMeta { GenerateName = "a-", Namespace = _namespace },
                EventTime = at,
                ReportingController = "reconciler.dev/agent",
                ReportingInstance = "node-1",
                Action = "Starting",
                Reason = "Tested",
                Regarding = new ObjectReference { ApiVersion = "contract.reconciler.dev/v1", Kind = "Widget", Name = "a", Namespace = _namespace, Uid = "u", ResourceVersion = "1" },
                Note = "as told",
                Type = "Normal",
            },
            Cancel);

        var read = (await lab.Client.GetAsync<Event>(created.Metadata.Name!, _namespace, Cancel)).ShouldNotBeNull();
        read.EventTime.ShouldBe(at);
        read.Kind.ShouldBe("Event");
        read.Regarding!.Uid.ShouldBe("u");
        read.Metadata.CreationTimestamp.ShouldNotBeNull();
    }

    [Fact]
    public async Task Semantics_32_a_series_is_patched_into_an_event()
    {
        var created = await lab.Client.CreateAsync(
            new Event
            {
                Metadata = new ObjectMeta { GenerateName = "a-", Namespace = _namespace },
                EventTime = DateTimeOffset.UtcNow,
                ReportingController = "reconciler.dev/agent",
                ReportingInstance = "node-1",
                Action = "Starting",
                Reason = "Tested",
                Regarding = new ObjectReference { Kind = "Widget", Name = "a", Namespace = _namespace },
                Type = "Warning",
            },
            Cancel);

        var patched = await lab.Client.PatchAsync<Event>(
            created.Metadata.Name!,
            _namespace,
            new JsonPatch().Add("/series", new JsonObject { ["count"] = 2, ["lastObservedTime"] = "2026-11-21T08:07:21.000001Z" }),
            Cancel);
        patched.Series!.Count.ShouldBe(2);
        patched.Series.LastObservedTime.ShouldBe(new DateTimeOffset(2026, 11, 21, 8, 7, 21, TimeSpan.Zero).AddTicks(10));
    }

    [Fact]
    public async Task Semantics_33_a_lease_is_held_by_a_patch_that_tests_its_version()
    {
        var now = new DateTimeOffset(2026, 11, 21, 8, 7, 20, TimeSpan.Zero).AddTicks(10);
        var lease = await lab.Client.CreateAsync(
            new Lease
            {
                Metadata = new ObjectMeta { Name = "leader", Namespace = _namespace },
                Spec = new LeaseSpec { HolderIdentity = "a", LeaseDurationSeconds = 15, AcquireTime = now, RenewTime = now, LeaseTransitions = 0 },
            },
            Cancel);
        lease.Spec!.RenewTime.ShouldBe(now);

        var take = new JsonPatch().Test("/metadata/resourceVersion", lease.Metadata.ResourceVersion).Replace("/spec/holderIdentity", "b");
        (await lab.Client.PatchAsync<Lease>("leader", _namespace, take, Cancel)).Spec!.HolderIdentity.ShouldBe("b");
        (await Should.ThrowAsync<KubernetesApiException>(() => lab.Client.PatchAsync<Lease>("leader", _namespace, take, Cancel))).IsInvalid.ShouldBeTrue();
    }

    [Fact]
    public async Task Semantics_03_a_version_from_before_the_watch_cache_is_gone()
    {
        var gone = false;
        try
        {
            // 1.20 answers in the stream; the other way is the status of the answer.
            await foreach (var watchEvent in lab.Client.WatchAsync<Widget>(new WatchOptions { Namespace = _namespace, ResourceVersion = "1", Timeout = TimeSpan.FromSeconds(20) }, Cancel))
                gone |= watchEvent.Type == WatchEventType.Error && watchEvent.Status!.Code == 410;
        }
        catch (KubernetesApiException exception)
        {
            gone = exception.IsGone;
        }

        gone.ShouldBeTrue();
    }

    [Fact]
    public async Task A_kind_that_is_not_installed_is_an_error_and_not_an_absent_object()
    {
        var error = await Should.ThrowAsync<KubernetesApiException>(() => lab.Client.GetAsync<Gadget>("a", _namespace, Cancel));
        error.IsNotFound.ShouldBeTrue();
        error.Message.ShouldContain("install its CustomResourceDefinition");
        (await Should.ThrowAsync<KubernetesApiException>(() => lab.Client.ListAsync<Gadget>(new ListOptions(), Cancel))).IsNotFound.ShouldBeTrue();
    }

    [Fact]
    public async Task Semantics_01_Kinds_of_the_core_group_are_listed_in_pages()
    {
        await FillAsync(7, "x");
        var names = new List<string?>();
        var options = new ListOptions { Namespace = _namespace, Limit = 5 };
        do
        {
            var page = await lab.Client.ListAsync<ConfigMap>(options, Cancel);
            page.Items.ShouldAllBe(item => item.Kind == "ConfigMap" && item.ApiVersion == "v1");
            names.AddRange(Filled(page).Select(item => item.Metadata.Name));
            options = options with { Continue = page.Continue };
        }
        while (options.Continue is not null);

        names.ShouldBe(Enumerable.Range(0, 7).Select(i => $"filled-{i}"));
    }

    [Fact]
    public async Task Semantics_48_A_large_list_comes_compressed()
    {
        // Above 128 kB the server compresses, for who says that it takes that.
        await FillAsync(5, new string('x', 30_000));
        var (list, bytes) = await CountBytesAsync(client => client.ListAsync<ConfigMap>(new ListOptions { Namespace = _namespace }, Cancel));
        Filled(list).Sum(item => item.Data!["x"].Length).ShouldBe(150_000);
        bytes.ShouldBeLessThan(75_000);
    }

    [Fact]
    public async Task Semantics_50_Fields_that_this_build_does_not_know_survive_its_writes()
    {
        await lab.Server.Kubectl.ApplyAsync(
            $$"""{apiVersion: v1, kind: ConfigMap, metadata: {name: mixed, namespace: {{_namespace}}}, data: {a: b}, binaryData: {c: ZA==}, immutable: false}""", Cancel);

        await lab.Client.PatchAsync<ConfigMap>("mixed", _namespace, new JsonPatch().Replace("/data/a", "patched"), Cancel);
        await lab.Client.ApplyAsync(
            new ConfigMap { Metadata = new ObjectMeta { Name = "mixed", Namespace = _namespace }, Data = new Dictionary<string, string> { ["e"] = "applied" } },
            new ApplyOptions("test"),
            Cancel);

        var now = await lab.Server.Kubectl.GetAsync(Cancel, "configmap", "mixed", "-n", _namespace);
        now.GetProperty("data").GetProperty("a").GetString().ShouldBe("patched");
        now.GetProperty("data").GetProperty("e").GetString().ShouldBe("applied");
        now.GetProperty("binaryData").GetProperty("c").GetString().ShouldBe("ZA==");
        now.GetProperty("immutable").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Semantics_45_More_watches_than_a_connection_carries_are_open_at_once_and_all_see_what_happens()
    {
        // One HTTP/2 connection carries 100 to 250 streams.
        const int Count = 300;
        var list = await lab.Client.ListAsync<Widget>(new ListOptions { Namespace = _namespace }, Cancel);
        await CreateWidgetAsync("before");
        var options = new WatchOptions { Namespace = _namespace, ResourceVersion = list.ResourceVersion, Timeout = TimeSpan.FromMinutes(5), AllowBookmarks = false };
        var watches = Enumerable.Range(0, Count).Select(_ => lab.Client.WatchAsync<Widget>(options, Cancel).GetAsyncEnumerator(Cancel)).ToList();
        try
        {
            // A watch that has seen something is open; all stay so until each has seen what was written when all of them were.
            (await Task.WhenAll(watches.Select(NextNameAsync))).ShouldAllBe(name => name == "before");
            await CreateWidgetAsync("after");
            (await Task.WhenAll(watches.Select(NextNameAsync))).ShouldAllBe(name => name == "after");
        }
        finally
        {
            foreach (var watch in watches) await watch.DisposeAsync();
        }
    }

    [Fact]
    public async Task Semantics_47_A_cut_connection_ends_a_watch_and_the_next_call_goes_through()
    {
        await using var proxy = new FaultProxy(lab.Server.Url.Host, lab.Server.Url.Port);
        using var client = Client(proxy);
        var list = await client.ListAsync<Widget>(new ListOptions { Namespace = _namespace }, Cancel);
        await using var watch = client.WatchAsync<Widget>(new WatchOptions { Namespace = _namespace, ResourceVersion = list.ResourceVersion }, Cancel).GetAsyncEnumerator(Cancel);
        await CreateWidgetAsync("a");
        (await watch.MoveNextAsync()).ShouldBeTrue();

        proxy.Cut();

        var lost = await Should.ThrowAsync<KubernetesApiException>(() => watch.MoveNextAsync().AsTask());
        lost.StatusCode.ShouldBeNull();
        lost.Message.ShouldContain("the connection was lost");
        (await client.GetAsync<Widget>("a", _namespace, Cancel)).ShouldNotBeNull();
    }

    private static async Task<string?> NextNameAsync(IAsyncEnumerator<WatchEvent<Widget>> watch)
    {
        (await watch.MoveNextAsync()).ShouldBeTrue();
        return watch.Current.Object?.Metadata.Name;
    }

    private static IEnumerable<ConfigMap> Filled(ResourceList<ConfigMap> list) =>
        list.Items.Where(item => item.Metadata.Name!.StartsWith("filled-", StringComparison.Ordinal));

    private Task<Widget> CreateWidgetAsync(string name) => lab.Client.CreateAsync(
        new Widget { Metadata = new ObjectMeta { Name = name, Namespace = _namespace }, Spec = new WidgetSpec { Size = "1Gi" } }, Cancel);

    private async Task FillAsync(int count, string filling)
    {
        var data = new Dictionary<string, string>(StringComparer.Ordinal) { ["x"] = filling };
        for (var i = 0; i < count; i++)
            await lab.Client.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = $"filled-{i}", Namespace = _namespace }, Data = data }, Cancel);
    }

    /// <summary>The answer, and how many bytes the server has sent for it, TLS included.</summary>
    private async Task<(TResult Answer, long Bytes)> CountBytesAsync<TResult>(Func<HttpKubernetesClient, Task<TResult>> call)
    {
        await using var proxy = new FaultProxy(lab.Server.Url.Host, lab.Server.Url.Port);
        using var client = Client(proxy);
        return (await call(client), proxy.BytesToClient);
    }

    private HttpKubernetesClient Client(FaultProxy proxy) => Client(
        $"token: {lab.Server.AdminToken}", $"server: https://127.0.0.1:{proxy.Port}\ncertificate-authority: {lab.Server.CertificateAuthorityFile}");

    private HttpKubernetesClient Client(string user, string? cluster = null) => new(KubernetesConfig.Load(_folder.Write(
        "config", Kubeconfigs.Text(cluster ?? $"server: {lab.Server.Url}\ncertificate-authority: {lab.Server.CertificateAuthorityFile}", user))));
}
