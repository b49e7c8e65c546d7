using Microsoft.Extensions.Logging;
using Reconciler.Operator.Admission;
using Reconciler.Testing.Lab;

namespace Reconciler.Operator.Tests.Lab;

/// <summary>The operator's webhooks as the manifests install them, with the operator's own rights and its own authority.</summary>
[Collection("One operator at a time")]
[Trait("Category", "Lab")]
public sealed class AdmissionOnRealServerTests(OperatorLab fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Semantics_40_41_Users_hear_at_once_what_is_wrong()
    {
        var lab = await fixture.StartedAsync();
        var @namespace = await lab.CreateNamespaceAsync(Cancel);
        var port = LoopbackPort.Free();
        await LabWebhooks.InstallAsync(lab, port);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var error = new StringWriter();
        var running = OperatorProcess.RunAsync(Arguments(lab) with { WebhookPort = port, WebhookHosts = ["127.0.0.1"] }, error, stop.Token);
        try
        {
            // Ready once the certificate is made, loaded, and trusted by the API server: until then a failing webhook is ignored.
            var refused = await lab.Kubectl.TryApplyAsync(Manifest(@namespace, "small", "1Mi"), Cancel);
            for (var i = 0; refused.ExitCode == 0 && i < 150; i++)
            {
                await Task.Delay(200, Cancel);
                refused = await lab.Kubectl.RunAsync(Manifest(@namespace, "tiny", "1Mi"), ["apply", "--server-side", "--dry-run=server", "-f", "-"], Cancel);
            }

            refused.ExitCode.ShouldNotBe(0, "the webhook never answered");
            refused.Error.ShouldContain(
                "is invalid: spec.memory.size: 1Mi: less than the minimum of 32Mi. Write a number of bytes with a suffix Ki, Mi, Gi or Ti, such as 512Mi.");

            var warned = await lab.Kubectl.TryApplyAsync(Manifest(@namespace, "web", "64Mi", "nowhere"), Cancel);
            warned.OutputOrThrow();
            warned.Error.ShouldContain("Warning: spec.placement.hostName: nowhere: there is no XenHost of that name");

            var changed = await PatchAsync(lab, @namespace, "web", """{"spec":{"type":"PV"}}""");
            changed.ExitCode.ShouldNotBe(0);
            changed.Error.ShouldContain("spec.type: PV: can't be changed, it is PVH.");
            (await PatchAsync(lab, @namespace, "web", """{"spec":{"cpu":{"vcpus":2}}}""")).OutputOrThrow();

            var name = new string('h', 64);
            (await lab.Kubectl.TryApplyAsync($$"""{apiVersion: xen.reconciler.dev/v1alpha1, kind: XenHost, metadata: {name: {{name}}}, spec: {} }""", Cancel))
                .Error.ShouldContain("64 characters are more than the 63 of a label's value");
            await ShouldBeLeastRightsAsync(lab);
        }
        finally
        {
            await stop.CancelAsync();
            (await running).ShouldBe(0, error.ToString());
            await LabWebhooks.UninstallAsync(lab);
        }
    }

    [Fact]
    public async Task Semantics_40_With_a_dead_webhook_the_operator_refuses_all_the_same()
    {
        var lab = await fixture.StartedAsync();
        var @namespace = await lab.CreateNamespaceAsync(Cancel);
        await LabWebhooks.InstallAsync(lab, LoopbackPort.Free());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var error = new StringWriter();
        var running = OperatorProcess.RunAsync(Arguments(lab), error, stop.Token);
        try
        {
            await lab.Kubectl.ApplyAsync(Manifest(@namespace, "small", "1Mi"), Cancel);
            await lab.Kubectl.RunAsync(Cancel, "wait", "dom/small", "-n", @namespace, "--for=condition=Accepted=False", "--timeout=30s");
            (await lab.Kubectl.RunAsync(Cancel, "get", "dom", "small", "-n", @namespace, "-o", "yaml")).ShouldContain("less than the minimum of 32Mi");
        }
        finally
        {
            await stop.CancelAsync();
            (await running).ShouldBe(0, error.ToString());
            await LabWebhooks.UninstallAsync(lab);
        }
    }

    /// <summary>One Secret by name, one configuration by name, no other.</summary>
    private static async Task ShouldBeLeastRightsAsync(KubeApiServerLab lab)
    {
        foreach (var (verb, what, allowed) in new[]
        {
            ("get", $"secrets/{WebhookNames.Secret}", true),
            ("get", "secrets/other", false),
            ("list", "secrets", false),
            ("patch", $"validatingwebhookconfigurations/{WebhookNames.Configuration}", true),
            ("patch", "validatingwebhookconfigurations/other", false),
            ("delete", $"validatingwebhookconfigurations/{WebhookNames.Configuration}", false),
        })
        {
            var answer = await lab.KubectlAs("reconciler-operator").TryRunAsync(Cancel, "auth", "can-i", verb, what, "-n", KubeApiServerLab.ChartNamespace);
            answer.Output.Trim().ShouldBe(allowed ? "yes" : "no", $"{verb} {what}");
        }
    }

    private static OperatorArguments Arguments(KubeApiServerLab lab) =>
        new() { Kubeconfig = lab.AccountKubeconfigFile("reconciler-operator"), HealthPort = 0, LeaderElect = true, LogLevel = LogLevel.Warning };

    private static Task<CommandOutput> PatchAsync(KubeApiServerLab lab, string @namespace, string name, string patch) =>
        lab.Kubectl.TryRunAsync(Cancel, "patch", "dom", name, "-n", @namespace, "--type=merge", "-p", patch);

    private static string Manifest(string @namespace, string name, string memory, string? host = null) =>
        $$"""{apiVersion: xen.reconciler.dev/v1alpha1, kind: Domain, metadata: {name: {{name}}, namespace: {{@namespace}}}, spec: {memory: {size: {{memory}}}, boot: {kernel: /boot/vmlinuz}{{(host is null ? "" : $", placement: {{hostName: {host}}}")}} } }""";
}
