using System.Collections.Concurrent;
using Reconciler.Kubernetes.Client;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Runtime.Tests.Lab;
using Reconciler.Testing;
using Reconciler.Testing.ScriptedServer;
using Widget = Reconciler.Testing.Contract.Widget;
using WidgetSpec = Reconciler.Testing.Contract.WidgetSpec;

namespace Reconciler.Runtime.Tests.Faults;

/// <summary>Faults with a real API server: it is killed, its rights and kinds come and go, and a proxy spoils what it says.</summary>
[Trait("Category", "Lab")]
[Collection(nameof(OneRealServer))]
public sealed partial class RealServerFaultTests(RealServer server) : IAsyncLifetime
{
    private const string GadgetDefinition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: gadgets.test.reconciler.dev}
        spec:
          group: test.reconciler.dev
          scope: Namespaced
          names: {kind: Gadget, plural: gadgets, singular: gadget}
          versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """;

    private const string WidgetReaders = """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: widget-readers}
        rules: [{apiGroups: [contract.reconciler.dev], resources: [widgets], verbs: [get, list, watch]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: widget-readers}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: widget-readers}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: visitor}]
        """;

    private string _namespace = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _namespace = await server.Lab.CreateNamespaceAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Semantics_09_A_kind_may_be_installed_after_the_start_and_go_and_come_again()
    {
        await using var sight = new Sight<Gadget>(Kubeconfig(server.Lab.Url, "admin"), new ReflectorOptions { Namespace = _namespace });
        await sight.UntilAsync("it says what is missing", () => sight.NotReady?.Contains("404", StringComparison.Ordinal) == true);
        sight.NotReady!.ShouldStartWith("store gadgets.test.reconciler.dev: not listed yet: list gadgets.test.reconciler.dev: Cannot list gadgets.test.reconciler.dev");
        sight.NotReady!.ShouldEndWith("The server does not know this kind: install its CustomResourceDefinition.");

        await InstallGadgetsAsync();
        await sight.UntilAsync("it is ready", () => sight.NotReady is null);
        await CreateGadgetAsync("before");
        await sight.UntilAsync("the first is reconciled", () => sight.IsReconciled(Key("before"), "generation 1"));

        await server.Lab.Kubectl.RunAsync(Cancel, "delete", "crd", "gadgets.test.reconciler.dev");
        await sight.UntilAsync("it says again what is missing", () => sight.NotReady is not null);
        sight.NotReady!.ShouldStartWith("store gadgets.test.reconciler.dev: list gadgets.test.reconciler.dev: Cannot list gadgets.test.reconciler.dev");

        await InstallGadgetsAsync();
        await CreateGadgetAsync("after");
        await sight.UntilAsync(
            "what went with the kind is gone, and the new one is there",
            () => sight.NotReady is null && sight.IsReconciled(Key("before"), "nothing") && sight.IsReconciled(Key("after"), "generation 1"));
    }

    [Fact]
    public async Task Semantics_09_Rights_may_be_missing_be_given_be_taken_away_and_be_given_back()
    {
        await using var proxy = new FaultProxy(server.Lab.Url.Host, server.Lab.Url.Port);
        await using var sight = new Sight<Widget>(
            Kubeconfig(new Uri($"https://127.0.0.1:{proxy.Port}"), "visitor"), new ReflectorOptions { Namespace = _namespace });
        await sight.UntilAsync("it says what it may not do", () => sight.NotReady?.Contains("403", StringComparison.Ordinal) == true);
        sight.NotReady!.ShouldStartWith("store widgets.contract.reconciler.dev: not listed yet: list widgets.contract.reconciler.dev: Cannot list widgets.contract.reconciler.dev");
        sight.NotReady!.ShouldContain("403 Forbidden: widgets.contract.reconciler.dev is forbidden: User \"visitor\" cannot list resource \"widgets\"");
        sight.NotReady!.ShouldEndWith(". Give that user the right: a role, and a binding to it.");

        await CreateAsync("goes");
        await CreateAsync("stays");
        await server.Lab.Kubectl.ApplyAsync(WidgetReaders, Cancel);
        await sight.UntilAsync("both are reconciled", () => sight.IsReconciled(Key("goes"), "generation 1") && sight.IsReconciled(Key("stays"), "generation 1"));
        sight.NotReady.ShouldBeNull();

        // A watch that was allowed once goes on; only the next one is refused.
        await server.Lab.Kubectl.RunAsync(Cancel, "delete", "clusterrolebinding", "widget-readers");
        proxy.Cut();
        await sight.UntilAsync("it says that it may no more", () => sight.NotReady is not null);
        sight.NotReady!.ShouldStartWith("store widgets.contract.reconciler.dev: list widgets.contract.reconciler.dev: Cannot list");
        sight.NotReady!.ShouldContain("403 Forbidden");
        await server.Client.DeleteAsync<Widget>("goes", _namespace, new DeleteOptions(), Cancel);
        await CreateAsync("comes");
        sight.Store.Snapshot.Objects.Keys.Order().ShouldBe([Key("goes"), Key("stays")]);

        await server.Lab.Kubectl.ApplyAsync(WidgetReaders, Cancel);
        await sight.UntilAsync(
            "what was missed is made up for",
            () => sight.NotReady is null && sight.IsReconciled(Key("goes"), "nothing") && sight.IsReconciled(Key("comes"), "generation 1"));
    }

    [Fact]
    public async Task Semantics_02_03_A_server_that_is_killed_in_the_middle_of_a_relist_costs_nothing()
    {
        var names = Enumerable.Range(0, 8).Select(n => $"w{n}").ToList();
        foreach (var name in names)
        {
            await CreateAsync(name);
        }

        var options = new ReflectorOptions { Namespace = _namespace, PageSize = 1, StreamFirstList = false };
        Gate gate = null!;
        await using var sight = new Sight<Widget>(Kubeconfig(server.Lab.Url, "admin"), options, client => gate = new Gate(client));
        await sight.Store.Synced.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        var gone = new ConcurrentQueue<string>();
        sight.Store.Subscribe(change =>
        {
            if (change.Type == StoreChangeType.Deleted)
            {
                gone.Enqueue(change.Key.Name);
            }
        });
        await CreateAsync("goes");
        await sight.UntilAsync("it watches", () => sight.IsReconciled(Key("goes"), "generation 1"));

        // Cut off, while the server loses what it has of its history: the version that it would go on from has expired.
        gate.Close();
        await server.Client.DeleteAsync<Widget>("goes", _namespace, new DeleteOptions(), Cancel);
        await CreateAsync("comes");
        await PatchAsync("w0", "/spec/size", "2Gi");
        await server.Lab.StopAsync(Cancel);
        await server.Lab.StartAsync(Cancel);
        var pages = new ConcurrentQueue<ListOptions>();
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gate.BeforeList = async page =>
        {
            pages.Enqueue(page);
            if (pages.Count == 5)
            {
                await server.Lab.KillAsync(Cancel);
                killed.SetResult();
            }
        };
        gate.Open();
        await killed.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        sight.Log.Lines.ShouldContain(line => line.Contains("watch failed") && line.Contains("too old resource version"));
        pages.Count(page => page.Continue is null).ShouldBe(1);
        await sight.UntilAsync("the relist fails", () => sight.Log.Lines.Any(line => line.Contains("list failed") && line.Contains("Connection refused")));

        // Half a list shows nothing, neither what it held nor what it did not.
        sight.Store.Snapshot.Objects.Keys.Select(k => k.Name).ShouldBe(names.Prepend("goes"), ignoreOrder: true);
        sight.Store.Get(Key("w0"))!.Metadata.Generation.ShouldBe(1);
        gone.ShouldBeEmpty();
        await using var fresh = new Sight<Widget>(Kubeconfig(server.Lab.Url, "admin"), options);
        await fresh.UntilAsync("it says that nobody is there", () => fresh.NotReady?.Contains("Connection refused", StringComparison.Ordinal) == true);
        fresh.NotReady!.ShouldStartWith("store widgets.contract.reconciler.dev: not listed yet: list widgets.contract.reconciler.dev: Cannot list widgets.contract.reconciler.dev");
        fresh.NotReady!.ShouldEndWith("Connection refused. Is the API server running, and is 'server' right?");

        await server.Lab.StartAsync(Cancel);
        await CreateAsync("later");
        foreach (var each in new[] { sight, fresh })
        {
            await each.UntilAsync(
                "all is reconciled as it is now",
                () => names.Skip(1).Concat(["comes", "later"]).All(name => each.IsReconciled(Key(name), "generation 1")) && each.IsReconciled(Key("w0"), "generation 2"));
            each.NotReady.ShouldBeNull();
        }

        sight.IsReconciled(Key("goes"), "nothing").ShouldBeTrue();
        gone.ShouldBe(["goes"]);
    }

    private string Kubeconfig(Uri url, string user) =>
        KubeconfigText.Of(url, server.Lab.Token(user), File.ReadAllText(server.Lab.CertificateAuthorityFile));

    private ObjectKey Key(string name) => new(_namespace, name);

    private async Task InstallGadgetsAsync()
    {
        await server.Lab.Kubectl.ApplyAsync(GadgetDefinition, Cancel);
        await server.Lab.Kubectl.RunAsync(Cancel, "wait", "--for=condition=Established", "crd/gadgets.test.reconciler.dev", "--timeout=30s");
    }

    private async Task CreateGadgetAsync(string name)
    {
        // Established is not yet served, for a moment.
        for (var tries = 0; ; tries++)
        {
            try
            {
                await server.Client.CreateAsync(new Gadget { Metadata = new() { Namespace = _namespace, Name = name }, Spec = new() { Widget = "w" } }, Cancel);
                return;
            }
            catch (KubernetesApiException e) when (e.IsNotFound && tries < 50)
            {
                await Task.Delay(100, Cancel);
            }
        }
    }

    private Task<Widget> CreateAsync(string name, bool isHere = true) => server.Client.CreateAsync(
        new Widget
        {
            Metadata = new() { Namespace = _namespace, Name = name, Labels = new Dictionary<string, string> { ["host"] = isHere ? "here" : "there" } },
            Spec = new WidgetSpec { Size = "1Gi" },
        },
        Cancel);
}
