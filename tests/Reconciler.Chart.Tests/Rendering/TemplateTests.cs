using System.Text.Json.Nodes;
using Reconciler.Api.Hosts;
using Reconciler.Testing.Lab;

namespace Reconciler.Chart.Tests.Rendering;

[Trait("Category", "Lab")]
public sealed class TemplateTests(ChartHelm helm)
{
    private const string Oldest = "1.20.2";
    private const string Newest = "1.36.0";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lint_has_nothing_to_say()
    {
        var output = await helm.LintAsync(Cancellation);
        output.Succeeded.ShouldBeTrue(output.Output + output.Error);
        output.Output.ShouldNotContain("[WARNING]");
    }

    [Theory]
    [InlineData(Oldest)]
    [InlineData(Newest)]
    public async Task With_everything_off_nothing_is_rendered(string kubeVersion) =>
        (await helm.TemplateAsync(kubeVersion, Cancellation, "--values", ChartHelm.ValuesFile("all-off"))).ShouldBeEmpty();

    [Fact]
    public async Task What_is_newer_than_the_server_is_left_out()
    {
        var old = await helm.TemplateAsync(Oldest, Cancellation);
        old.One("PodDisruptionBudget", "reconciler-operator")["apiVersion"]!.GetValue<string>().ShouldBe("policy/v1beta1");
        old.Has("ValidatingAdmissionPolicy").ShouldBeFalse();
        Text(old).ShouldNotContain("x-kubernetes-validations");
        Text(old).ShouldNotContain("matchConditions");

        var @new = await helm.TemplateAsync(Newest, Cancellation);
        @new.One("PodDisruptionBudget", "reconciler-operator")["apiVersion"]!.GetValue<string>().ShouldBe("policy/v1");
        @new.One("ValidatingAdmissionPolicy", "reconciler-agent").ToJsonString()
            .ShouldContain($"system:serviceaccount:{KubeApiServerLab.ChartNamespace}:reconciler-agent");
        @new.Has("ValidatingAdmissionPolicyBinding").ShouldBeTrue();
        Text(@new).ShouldContain("matchConditions");

        static string Text(IEnumerable<JsonObject> objects) => string.Concat(objects.Select(o => o.ToJsonString()));
    }

    [Theory]
    [InlineData("domains.xen.reconciler.dev", "xen.reconciler.dev_domains.yaml")]
    [InlineData("xenhosts.xen.reconciler.dev", "xen.reconciler.dev_xenhosts.yaml")]
    public async Task A_CRD_is_the_generated_one_and_is_kept(string name, string file)
    {
        var rendered = (await helm.TemplateAsync(Newest, Cancellation)).One("CustomResourceDefinition", name);
        rendered["metadata"]!["annotations"]!["helm.sh/resource-policy"]!.GetValue<string>().ShouldBe("keep");
        JsonNode.DeepEquals(rendered["spec"], Generated($"crds/{file}")["spec"]).ShouldBeTrue();
    }

    [Theory]
    [InlineData("ClusterRole", "reconciler-operator", "reconciler-operator.yaml")]
    [InlineData("Role", "reconciler-operator", "reconciler-operator-role.yaml")]
    [InlineData("ClusterRole", "reconciler-agent", "reconciler-agent.yaml")]
    [InlineData("Role", "reconciler-agent", "reconciler-agent-role.yaml")]
    public async Task A_role_has_the_generated_rules_and_is_bound_to_its_account_in_the_releases_namespace(string kind, string name, string file)
    {
        var objects = await helm.TemplateAsync(Oldest, Cancellation, "--namespace", "elsewhere");
        JsonNode.DeepEquals(objects.One(kind, name)["rules"], Generated($"charts/reconciler/rbac/{file}")["rules"]).ShouldBeTrue();
        var binding = objects.One($"{kind}Binding", name);
        binding["roleRef"]!["name"]!.GetValue<string>().ShouldBe(name);
        binding["subjects"]![0]!["name"]!.GetValue<string>().ShouldBe(name);
        binding["subjects"]![0]!["namespace"]!.GetValue<string>().ShouldBe("elsewhere");
        objects.One("ServiceAccount", name)["metadata"]!["namespace"]!.GetValue<string>().ShouldBe("elsewhere");
    }

    [Fact]
    public async Task Nothing_generated_keeps_its_stand_in_for_the_namespace()
    {
        var objects = await helm.TemplateAsync(Newest, Cancellation, "--namespace", "elsewhere");
        string.Concat(objects.Select(o => o.ToJsonString())).ShouldNotContain("reconciler-system");
    }

    [Theory]
    [InlineData(Oldest, "policy/v1beta1", null)]
    [InlineData("1.21.0", "policy/v1", "In")]
    [InlineData(Newest, "policy/v1", "In")]
    public async Task A_drain_waits_for_guards_whose_eviction_the_webhook_is_asked_about(string kubeVersion, string policy, string? namespaces)
    {
        // all-on has another failurePolicy: evictions never fail for a webhook that is away, because all other Pods have to go.
        var objects = await helm.TemplateAsync(kubeVersion, Cancellation, "--values", ChartHelm.ValuesFile("all-on"));
        var @operator = objects.One("Deployment", "reconciler-operator");
        @operator.Arguments().ShouldContain($"--drain-guard-image={@operator.PodSpec()["containers"]![0]!["image"]}");
        objects.One("ServiceAccount", HostGuard.Application)["imagePullSecrets"]![0]!["name"]!.GetValue<string>().ShouldBe("registry");
        var budget = objects.One("PodDisruptionBudget", HostGuard.Application);
        budget["apiVersion"]!.GetValue<string>().ShouldBe(policy);
        budget["spec"]!["selector"]!["matchLabels"]![HostGuard.ApplicationLabel]!.GetValue<string>().ShouldBe(HostGuard.Application);

        var webhook = Evictions(objects).ShouldHaveSingleItem();
        webhook["failurePolicy"]!.GetValue<string>().ShouldBe("Ignore");
        webhook["sideEffects"]!.GetValue<string>().ShouldBe("NoneOnDryRun");
        webhook["namespaceSelector"]?["matchExpressions"]![0]!["operator"]!.GetValue<string>().ShouldBe(namespaces);
        objects.One("ValidatingWebhookConfiguration", "reconciler")["webhooks"]!.AsArray().Count(w => w!["failurePolicy"]!.GetValue<string>() == "Fail").ShouldBeGreaterThan(1);
    }

    [Theory]
    [InlineData("operator.drainGuard.enabled=false", false)]
    [InlineData("webhook.enabled=false", true)]
    public async Task Without_drain_guards_there_is_nothing_of_them(string value, bool mayMakePods)
    {
        var objects = await helm.TemplateAsync(Newest, Cancellation, "--set", value);
        objects.One("Deployment", "reconciler-operator").Arguments().ShouldNotContain(argument => argument.StartsWith("--drain-guard", StringComparison.Ordinal));
        objects.Where(o => (string?)o["metadata"]?["name"] == HostGuard.Application).ShouldBeEmpty();
        Evictions(objects).ShouldBeEmpty();
        objects.One("Role", "reconciler-operator").ToJsonString().Contains("pods", StringComparison.Ordinal).ShouldBe(mayMakePods);
        objects.One("Role", "reconciler-operator").ToJsonString().ShouldContain("leases");
    }

    [Theory]
    [InlineData("Deployment", "reconciler-operator", "default")]
    [InlineData("Deployment", "reconciler-operator", "all-on")]
    [InlineData("DaemonSet", "reconciler-agent", "default")]
    [InlineData("DaemonSet", "reconciler-agent", "all-on")]
    public async Task The_programs_know_the_arguments_that_they_are_given(string kind, string name, string values)
    {
        var objects = await helm.TemplateAsync(Newest, Cancellation, values == "default" ? [] : ["--values", ChartHelm.ValuesFile(values)]);
        (await ExternalProgram.RunAsync("make", ["--no-print-directory", "programs"])).OutputOrThrow();
        var program = Path.Combine(RepositoryRoot.Path, "artifacts/publish/linux-x64", name);
        var help = (await ExternalProgram.RunAsync(program, ["--help"])).OutputOrThrow();
        foreach (var argument in objects.One(kind, name).Arguments())
            help.ShouldContain($"{argument.Split('=')[0]} ");
    }

    [Fact]
    public async Task The_agent_has_what_it_needs_of_the_host()
    {
        var pod = (await helm.TemplateAsync(Oldest, Cancellation, "--values", ChartHelm.ValuesFile("all-on"))).One("DaemonSet", "reconciler-agent").PodSpec();
        pod["hostPID"]!.GetValue<bool>().ShouldBeTrue();
        pod["containers"]![0]!["securityContext"]!["privileged"]!.GetValue<bool>().ShouldBeTrue();
        var volumes = pod["volumes"]!.AsArray().ToDictionary(v => v!["name"]!.GetValue<string>(), v => v!["hostPath"]!["path"]!.GetValue<string>(), StringComparer.Ordinal);
        var mounts = pod["containers"]![0]!["volumeMounts"]!.AsArray()
            .ToDictionary(m => volumes[m!["name"]!.GetValue<string>()], m => m!["mountPath"]!.GetValue<string>(), StringComparer.Ordinal);
        foreach (var path in new[] { "/dev", "/dev/xen", "/run/xen-hotplug", "/srv/images", "/sys/fs/cgroup", "/var/lib/xen", "/run/xen", "/run/xenstored", "/var/lib/reconciler", "/run/reconciler", "/boot", "/srv/kernels" })
            mounts.ShouldContainKeyAndValue(path, path);
        mounts.Count.ShouldBe(volumes.Count);
    }

    private static IEnumerable<JsonNode> Evictions(IEnumerable<JsonObject> objects) => objects
        .Where(o => (string?)o["kind"] == "ValidatingWebhookConfiguration")
        .SelectMany(configuration => configuration["webhooks"]!.AsArray()).OfType<JsonNode>()
        .Where(webhook => webhook["rules"]![0]!["resources"]![0]!.GetValue<string>() == "pods/eviction");

    private static JsonObject Generated(string path) =>
        ChartHelm.Objects(File.ReadAllText(Path.Combine(RepositoryRoot.Path, path))).ShouldHaveSingleItem();
}
