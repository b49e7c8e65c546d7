using System.Text.Json;
using Microsoft.Extensions.Logging;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Events;
using Reconciler.Runtime.Health;
using Reconciler.Runtime.Telemetry;
using Reconciler.Testing.Lab;

namespace Reconciler.Operator.Tests.Lab;

/// <summary>The operator's process on a real API server, with no more rights than it is given.</summary>
[Collection("One operator at a time")]
[Trait("Category", "Lab")]
public sealed class OperatorOnRealServerTests(OperatorLab fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Semantics_30_Domains_are_accepted_placed_and_let_go_and_stay_as_declared()
    {
        var lab = await fixture.StartedAsync();
        var @namespace = await lab.CreateNamespaceAsync(Cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var error = new StringWriter();
        var running = RunAsync(lab, "reconciler-operator", error, stop.Token);

        // No host yet: it waits and says so; it is let go at once when it is deleted.
        await lab.Kubectl.ApplyAsync(Manifest(@namespace, "early"), Cancellation);
        await WaitAsync(lab, @namespace, "early", "Placed", "False");
        (await lab.Kubectl.RunAsync(Cancellation, "get", "dom", "early", "-n", @namespace)).ShouldContain("NoHost");
        await lab.Kubectl.RunAsync(Cancellation, "delete", "dom", "early", "-n", @namespace, "--timeout=20s");

        // Schema of this server knows no rules: what it lets through the operator refuses.
        await lab.Kubectl.ApplyAsync(Manifest(@namespace, "small", "1Mi"), Cancellation);
        await WaitAsync(lab, @namespace, "small", "Accepted", "False");

        await lab.Kubectl.ApplyAsync(Manifest(@namespace, "web"), Cancellation);
        var host = await LabHost.MakeAsync(lab, $"host-{@namespace}");
        await WaitAsync(lab, @namespace, "web", "Placed", "True");
        var web = await lab.Kubectl.GetAsync(Cancellation, "dom", "web", "-n", @namespace);
        Text(web, "status", "host").ShouldBe(host);
        await lab.Kubectl.RunAsync(
            Cancellation, "wait", "dom/web", "-n", @namespace, $"--for=jsonpath={{.metadata.labels.xen\\.reconciler\\.dev/host}}={host}", "--timeout=20s");
        web = await lab.Kubectl.GetAsync(Cancellation, "dom", "web", "-n", @namespace);
        Text(web, "metadata", "finalizers").ShouldContain("xen.reconciler.dev/release");

        // Its status and its label outlive each other's writes (API servers before 1.22 keep one set of fields per manager).
        await LabHost.MakeAsync(lab, host, ready: "False");
        await lab.Kubectl.RunAsync(
            Cancellation, "wait", "dom/web", "-n", @namespace, "--for=jsonpath={.status.conditions[2].reason}=WaitingForHost", "--timeout=20s");
        web = await lab.Kubectl.GetAsync(Cancellation, "dom", "web", "-n", @namespace);
        Text(web, "metadata", "labels").ShouldContain(host);
        Text(web, "status", "host").ShouldBe(host);

        await ShouldBeAsDeclaredAsync(lab, @namespace, "web");

        // Placed: deletion is its agent's to finish.
        await lab.Kubectl.RunAsync(Cancellation, "delete", "dom", "web", "-n", @namespace, "--wait=false");
        (await lab.Kubectl.TryRunAsync(Cancellation, "wait", "dom/web", "-n", @namespace, "--for=delete", "--timeout=2s")).Succeeded.ShouldBeFalse();

        await WaitForEventAsync(lab, @namespace, "Placed");
        await WaitForEventAsync(lab, @namespace, "NotAccepted");
        await stop.CancelAsync();
        (await running).ShouldBe(0, error.ToString());
        await lab.Kubectl.RunAsync(Cancellation, "patch", "dom", "web", "-n", @namespace, "--type=json", "-p", """[{"op":"remove","path":"/metadata/finalizers"}]""");
        await lab.Kubectl.RunAsync(Cancellation, "delete", "xh", host);
    }

    [Fact]
    public async Task Disks_and_NICs_of_templates_are_made_given_to_the_host_and_go_with_the_Domain()
    {
        var lab = await fixture.StartedAsync();
        var @namespace = await lab.CreateNamespaceAsync(Cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var error = new StringWriter();
        var running = RunAsync(lab, "reconciler-operator", error, stop.Token);
        var host = await LabHost.MakeAsync(lab, $"host-{@namespace}", offer: @namespace);
        await lab.Kubectl.ApplyAsync(
            $$"""
            apiVersion: xen.reconciler.dev/v1alpha1
            kind: XenStoragePool
            metadata:
              name: {{@namespace}}
            spec: {directory: {path: /srv/pool} }
            ---
            apiVersion: xen.reconciler.dev/v1alpha1
            kind: XenNetwork
            metadata:
              name: {{@namespace}}
            spec: {bridge: xenbr0}
            """,
            Cancellation);
        await lab.Kubectl.ApplyAsync(WithDevices(@namespace, "ReadWrite"), Cancellation);
        await lab.Kubectl.RunAsync(Cancellation, "wait", "dom/web", "-n", @namespace, "--for=condition=TemplatesApplied", "--timeout=30s");
        foreach (var device in new[] { "vbd/web-xvda", "vif/web-vif0" })
        {
            await GivenAsync(lab, @namespace, device, host);
            Text(await lab.Kubectl.GetAsync(Cancellation, device, "-n", @namespace), "metadata", "finalizers").ShouldContain("xen.reconciler.dev/release");
        }

        await WaitAsync(lab, @namespace, "web", "Placed", "True");

        // A change of the template arrives in the object, and neither its label nor its status is lost by that.
        await lab.Kubectl.ApplyAsync(WithDevices(@namespace, "ReadOnly"), Cancellation);
        await lab.Kubectl.RunAsync(Cancellation, "wait", "vbd/web-xvda", "-n", @namespace, "--for=jsonpath={.spec.mode}=ReadOnly", "--timeout=20s");
        await GivenAsync(lab, @namespace, "vbd/web-xvda", host);
        var disk = await lab.Kubectl.GetAsync(Cancellation, "vbd/web-xvda", "-n", @namespace);
        Text(disk, "status", "host").ShouldBe(host);
        Text(disk, "status", "claims").ShouldContain("volume/");

        // The pool waits for its users; with the Domain, once its agent lets go of it, everything goes.
        await lab.Kubectl.RunAsync(Cancellation, "delete", "xsp", @namespace, "--wait=false");
        await lab.Kubectl.RunAsync(Cancellation, "wait", $"xsp/{@namespace}", "--for=jsonpath={.status.conditions[1].reason}=InUse", "--timeout=20s");
        await lab.Kubectl.RunAsync(Cancellation, "delete", "dom", "web", "-n", @namespace, "--wait=false");
        await lab.Kubectl.RunAsync(Cancellation, "patch", "dom", "web", "-n", @namespace, "--type=json", "-p", """[{"op":"remove","path":"/metadata/finalizers"}]""");
        await lab.Kubectl.RunAsync(Cancellation, "wait", "vbd/web-xvda", "vif/web-vif0", "-n", @namespace, "--for=delete", "--timeout=30s");
        await lab.Kubectl.RunAsync(Cancellation, "wait", $"xsp/{@namespace}", "--for=delete", "--timeout=20s");

        await lab.Kubectl.RunAsync(Cancellation, "delete", "xn", @namespace, "--timeout=20s");
        await stop.CancelAsync();
        (await running).ShouldBe(0, error.ToString());
        await lab.Kubectl.RunAsync(Cancellation, "delete", "xh", host);
    }

    [Fact]
    public async Task Semantics_31_The_server_stores_an_event_of_a_XenHost_and_kubectl_shows_it()
    {
        var lab = await fixture.StartedAsync();
        using var client = new HttpKubernetesClient(KubernetesConfig.Load(lab.AccountKubeconfigFile("reconciler-operator")));
        using var metrics = new RuntimeMetrics();
        var publisher = new EventPublisher(
            client, "xen.reconciler.dev/operator", "test", new RuntimeServices { Metrics = metrics, Health = new OperatorHealth() });
        var name = await LabHost.MakeAsync(lab, "silent");
        var host = await client.GetAsync<XenHost>(name, null, Cancellation);
        publisher.Publish(host!, EventType.Warning, "AgentSilent", "Observe", "no sign of life");
        await publisher.FlushAsync(Cancellation);
        (await lab.Kubectl.RunAsync(Cancellation, "describe", "xh", name)).ShouldContain("no sign of life");
        await lab.Kubectl.RunAsync(Cancellation, "delete", "xh", name);
    }

    private static Task<string> GivenAsync(KubeApiServerLab lab, string @namespace, string device, string host) => lab.Kubectl.RunAsync(
        Cancellation, "wait", device, "-n", @namespace, $"--for=jsonpath={{.metadata.labels.xen\\.reconciler\\.dev/host}}={host}", "--timeout=30s");

    private static string WithDevices(string @namespace, string mode) => $$"""
        apiVersion: xen.reconciler.dev/v1alpha1
        kind: Domain
        metadata:
          name: web
          namespace: {{@namespace}}
        spec:
          memory: {size: 64Mi}
          boot: {kernel: /boot/vmlinuz}
          vbdTemplates:
          - {device: xvda, mode: {{mode}}, source: {volume: {name: root, pool: {{@namespace}} } } }
          vifTemplates:
          - index: 0
            network: {{@namespace}}
        """;

    private static Task<int> RunAsync(KubeApiServerLab lab, string user, TextWriter error, CancellationToken cancellationToken) => OperatorProcess.RunAsync(
        new OperatorArguments { Kubeconfig = lab.AccountKubeconfigFile(user), HealthPort = 0, LeaderElect = true, LogLevel = LogLevel.Warning }, error, cancellationToken);

    private static Task<string> WaitAsync(KubeApiServerLab lab, string @namespace, string name, string condition, string status) =>
        lab.Kubectl.RunAsync(Cancellation, "wait", $"dom/{name}", "-n", @namespace, $"--for=condition={condition}={status}", "--timeout=30s");

    private static async Task WaitForEventAsync(KubeApiServerLab lab, string @namespace, string reason)
    {
        for (var i = 0; i < 100; i++)
        {
            if ((await lab.Kubectl.RunAsync(Cancellation, "get", "events", "-n", @namespace)).Contains(reason, StringComparison.Ordinal)) return;
            await Task.Delay(100, Cancellation);
        }

        throw new TimeoutException($"There is no event {reason}.");
    }

    /// <summary>No field that the user declared is anybody else's, and `kubectl diff` of the manifest is empty.</summary>
    private static async Task ShouldBeAsDeclaredAsync(KubeApiServerLab lab, string @namespace, string name)
    {
        var entity = await lab.Kubectl.GetAsync(Cancellation, "dom", name, "-n", @namespace, "--show-managed-fields");
        var owners = entity.GetProperty("metadata").GetProperty("managedFields").EnumerateArray()
            .Where(manager => manager.GetProperty("fieldsV1").TryGetProperty("f:spec", out _))
            .Select(manager => manager.GetProperty("manager").GetString());
        owners.ShouldHaveSingleItem().ShouldBe("kubectl");
        (await lab.Kubectl.DiffAsync(Manifest(@namespace, name), Cancellation)).ShouldBeEmpty();
    }

    private static string Text(JsonElement entity, string part, string field) => entity.GetProperty(part).GetProperty(field).ToString();

    private static string Manifest(string @namespace, string name, string memory = "64Mi") =>
        $$"""{apiVersion: xen.reconciler.dev/v1alpha1, kind: Domain, metadata: {name: {{name}}, namespace: {{@namespace}}}, spec: {memory: {size: {{memory}}}, boot: {kernel: /boot/vmlinuz} } }""";
}
