using Microsoft.Extensions.Logging;
using Reconciler.Api;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing.Lab;

namespace Reconciler.Operator.Tests.Lab;

/// <summary>The real kubectl drain, on a server without kubelets and without controllers of its own.</summary>
[Collection("One operator at a time")]
[Trait("Category", "Lab")]
public sealed class DrainOnRealServerTests(OperatorLab fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kubectl_drain_waits_until_the_host_is_empty_and_uncordoning_brings_it_back()
    {
        var lab = await fixture.StartedAsync();
        var @namespace = await lab.CreateNamespaceAsync(Cancel);
        var (first, second) = ($"a-{@namespace}", $"b-{@namespace}");
        var port = LoopbackPort.Free();
        var guards = await LabWebhooks.RenderAsync(lab, "drainguard");
        await lab.Kubectl.ApplyAsync(guards, Cancel);
        await LabWebhooks.InstallAsync(lab, port);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var error = new StringWriter();
        var running = OperatorProcess.RunAsync(
            new OperatorArguments
            {
                Kubeconfig = lab.AccountKubeconfigFile("reconciler-operator"),
                HealthPort = 0,
                LeaderElect = true,
                LogLevel = LogLevel.Warning,
                WebhookPort = port,
                WebhookHosts = ["127.0.0.1"],
                DrainGuardImage = "reconciler-operator:test",
            },
            error,
            stop.Token);
        try
        {
            foreach (var node in (string[])[first, second]) await lab.Kubectl.ApplyAsync($$"""{apiVersion: v1, kind: Node, metadata: {name: {{node}} } }""", Cancel);
            await LabHost.MakeAsync(lab, first);
            await lab.Kubectl.ApplyAsync(Manifest(@namespace, "web"), Cancel);
            await UntilAsync(lab, "dom/web", "{.status.host}", first, @namespace);
            await LabHost.MakeAsync(lab, second);
            await UntilGuardAsync(lab, first);

            // Nothing but a drain empties a host: this one is refused, and asks for nothing. It also waits for the webhook to be trusted.
            await UntilRefusedAsync(lab, first, "its Node is not cordoned");
            await lab.Kubectl.RunAsync(Cancel, "cordon", first);
            await UntilAsync(lab, $"xh/{first}", "{.status.node}", """{"cordoned":true}""");

            var drain = lab.Kubectl.TryRunAsync(Cancel, "drain", first, "--ignore-daemonsets", "--timeout=120s");
            await UntilAsync(lab, $"xh/{first}", "{.status.node.evictionRequested}", "true");
            await UntilAsync(lab, "dom/web", "{.status.move.to}", second, @namespace);
            drain.IsCompleted.ShouldBeFalse();

            await VacateAsync(lab, @namespace, "web");
            await UntilAsync(lab, "dom/web", "{.status.host}", second, @namespace);
            var drained = await drain;
            drained.OutputOrThrow().ShouldEndWith($"node/{first} drained\n");
            drained.Error.ShouldContain("(will retry after 5s)");
            drained.Error.ShouldContain(
                $"denied the request: XenHost {first} still has 1 Domain to be moved: {@namespace}/web. What each waits for is in status.maintenance of the XenHost. To give up: kubectl uncordon {first}");
            (await lab.Kubectl.GetAsync(Cancel, "pods", "-n", KubeApiServerLab.ChartNamespace, "--field-selector", $"spec.nodeName={first}")).GetProperty("items").GetArrayLength().ShouldBe(0);
            await UntilGuardAsync(lab, second);

            await lab.Kubectl.RunAsync(Cancel, "uncordon", first);
            await UntilAsync(lab, $"xh/{first}", "{.status.node}", "");
            await lab.Kubectl.ApplyAsync(Manifest(@namespace, "db", first), Cancel);
            await UntilAsync(lab, "dom/db", "{.status.host}", first, @namespace);
            await UntilGuardAsync(lab, first);

            // With the operator away the budget holds the drain; it is for Pods that run, so somebody has to be the kubelet.
            await lab.Kubectl.RunAsync(
                Cancel, "patch", "pod", HostGuard.NameOf(first), "-n", KubeApiServerLab.ChartNamespace, "--subresource=status", "--type=merge", "-p", """{"status":{"phase":"Running"}}""");
            await stop.CancelAsync();
            (await running).ShouldBe(0, error.ToString());
            var held = await lab.Kubectl.TryRunAsync(Cancel, "drain", first, "--ignore-daemonsets", "--timeout=1s");
            held.Succeeded.ShouldBeFalse();
            held.Error.ShouldContain("disruption budget");
        }
        finally
        {
            await stop.CancelAsync();
            (await running).ShouldBe(0, error.ToString());
            await LabWebhooks.UninstallAsync(lab);
            await lab.Kubectl.RunAsync(CancellationToken.None, "delete", "dom", "--all", "-n", @namespace, "--wait=false");
            foreach (var name in (string[])["web", "db"])
                await lab.Kubectl.TryRunAsync(CancellationToken.None, "patch", "dom", name, "-n", @namespace, "--type=merge", "-p", """{"metadata":{"finalizers":null}}""");
            await lab.Kubectl.RunAsync(guards, ["delete", "-f", "-"], CancellationToken.None);
            await lab.Kubectl.RunAsync(CancellationToken.None, "delete", "pods", "-n", KubeApiServerLab.ChartNamespace, "-l", $"{HostGuard.ApplicationLabel}={HostGuard.Application}");
            await lab.Kubectl.RunAsync(CancellationToken.None, "delete", "node", first, second, "--ignore-not-found");
            await lab.Kubectl.RunAsync(CancellationToken.None, "delete", "xh", first, second, "--ignore-not-found");
        }
    }

    private static async Task UntilAsync(KubeApiServerLab lab, string what, string path, string value, string @namespace = "default")
    {
        var now = "";
        for (var i = 0; i < 150; i++)
        {
            now = await lab.Kubectl.RunAsync(Cancel, "get", what, "-n", @namespace, "-o", $"jsonpath={path}");
            if (now == value) return;
            await Task.Delay(200, Cancel);
        }

        throw new TimeoutException($"{what} {path} is {now}, and not {value}");
    }

    private static Task<string> UntilGuardAsync(KubeApiServerLab lab, string host) => lab.Kubectl.RunAsync(
        Cancel, "wait", $"pod/{HostGuard.NameOf(host)}", "-n", KubeApiServerLab.ChartNamespace, "--for=create", "--timeout=30s");

    /// <summary>Asks by dry run, which evicts nothing, until the webhook answers: before, a server ignores that it can't be reached.</summary>
    private static async Task UntilRefusedAsync(KubeApiServerLab lab, string host, string why)
    {
        var guard = HostGuard.NameOf(host);
        var said = "";
        for (var i = 0; i < 150 && !said.Contains(why, StringComparison.Ordinal); i++)
        {
            var answer = await lab.Kubectl.RunAsync(
                $$"""{"apiVersion":"policy/v1beta1","kind":"Eviction","metadata":{"name":"{{guard}}","namespace":"{{KubeApiServerLab.ChartNamespace}}"} }""",
                ["create", "--raw", $"/api/v1/namespaces/{KubeApiServerLab.ChartNamespace}/pods/{guard}/eviction?dryRun=All", "-f", "-"],
                Cancel);
            said = answer.Output + answer.Error;
            await Task.Delay(200, Cancel);
        }

        said.ShouldContain(why);
    }

    /// <summary>What an agent says of a Domain when nothing of it is left on its host.</summary>
    private static async Task VacateAsync(KubeApiServerLab lab, string @namespace, string name)
    {
        using var client = new HttpKubernetesClient(KubernetesConfig.Load(lab.KubeconfigFile));
        var status = (await client.GetAsync<Domain>(name, @namespace, Cancel))!.Status!;
        await client.ApplyStatusAsync(
            new Domain
            {
                ApiVersion = Domain.Definition.ApiVersion,
                Kind = Domain.Definition.Kind,
                Metadata = new ObjectMeta { Namespace = @namespace, Name = name },
                Status = new DomainStatus { Vacated = new DomainVacated { Host = status.Host!, Since = status.Move!.Since } },
            },
            new ApplyOptions(XenApi.AgentStatusFieldManager),
            Cancel);
    }

    private static string Manifest(string @namespace, string name, string? host = null) =>
        $$"""{apiVersion: xen.reconciler.dev/v1alpha1, kind: Domain, metadata: {name: {{name}}, namespace: {{@namespace}}}, spec: {memory: {size: 64Mi}, boot: {kernel: /boot/vmlinuz}{{(host is null ? "" : $", placement: {{hostName: {host}}}")}} } }""";
}
