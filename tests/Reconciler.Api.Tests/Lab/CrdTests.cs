using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing.Lab;

namespace Reconciler.Api.Tests.Lab;

/// <summary>What a user meets who applies manifests to a real API server.</summary>
[Trait("Category", "Lab")]
public sealed class CrdTests(CrdLab fixture) : CrdLabTest(fixture)
{
    [Theory]
    [InlineData("domains.xen.reconciler.dev")]
    [InlineData("vbds.xen.reconciler.dev")]
    [InlineData("vifs.xen.reconciler.dev")]
    [InlineData("xenhosts.xen.reconciler.dev")]
    [InlineData("xennetworks.xen.reconciler.dev")]
    [InlineData("xenstoragepools.xen.reconciler.dev")]
    public async Task The_server_takes_the_definition_without_reservations(string name)
    {
        var crd = await Lab.Kubectl.GetAsync(Cancellation, "crd", name);
        var conditions = crd.GetProperty("status").GetProperty("conditions").EnumerateArray()
            .ToDictionary(c => c.GetProperty("type").GetString()!, c => c.GetProperty("status").GetString(), StringComparer.Ordinal);
        conditions["Established"].ShouldBe("True");
        conditions["NamesAccepted"].ShouldBe("True");
        conditions.ShouldNotContainKey("NonStructuralSchema");
    }

    /// <summary>Point 54: without a model the server merges conditions as one value, and managers overwrite each other without an error.</summary>
    [Fact]
    public void Semantics_54_the_server_builds_a_typed_model_of_every_kind() =>
        File.ReadAllText(Lab.LogFile).ShouldNotContain("error building openapi models", Case.Insensitive);

    [Fact]
    public async Task Explain_teaches_what_each_field_means()
    {
        var spec = await ExplainAsync("domain.spec");
        spec.ShouldContain("The least that it needs is memory.size and boot.kernel");
        (await ExplainAsync("dom.spec.memory.size")).ShouldContain("At least 32Mi");
        (await ExplainAsync("dom.spec.cpu.vcpus")).ShouldContain("1 to 64");
        (await ExplainAsync("dom.spec.shutdown.gracePeriodSeconds")).ShouldContain("seconds");
        (await ExplainAsync("xh.status.memory.free")).ShouldContain("What the hypervisor can give to new domains now");
        (await Lab.Kubectl.RunAsync(Cancellation, "explain", "domain.spec", "--recursive")).ShouldContain("gracePeriodSeconds");
    }

    [Fact]
    public async Task The_server_sets_the_defaults_that_the_code_sets()
    {
        await ApplyAsync(Manifest("web"));
        var domain = await GetAsync("web");
        var spec = domain.Spec!;
        spec.ShouldBe(spec.WithDefaults());
        spec.PowerState.ShouldBe(PowerState.Running);
        spec.Cpu!.Vcpus.ShouldBe(1);
        spec.Shutdown!.GracePeriodSeconds.ShouldBe(120);
    }

    [Theory]
    [InlineData("cpu: {vcpus: 0}", "spec.cpu.vcpus")]
    [InlineData("cpu: {vcpus: 65}", "spec.cpu.vcpus")]
    [InlineData("powerState: Sleeping", "spec.powerState")]
    [InlineData("type: HVM", "spec.type")]
    [InlineData("restartPolicy: Sometimes", "spec.restartPolicy")]
    [InlineData("shutdown: {gracePeriodSeconds: -1}", "spec.shutdown.gracePeriodSeconds")]
    [InlineData("placement: {hostName: Xen_1}", "spec.placement.hostName")]
    [InlineData("onHostStart: Suspend", "spec.onHostStart")]
    [InlineData("startOrder: {delaySeconds: -1}", "spec.startOrder.delaySeconds")]
    public async Task A_value_that_can_t_be_is_refused_by_the_name_of_its_field(string line, string field)
    {
        var refused = await ApplyAsync(Manifest("web", line));
        refused.Succeeded.ShouldBeFalse();
        refused.Error.ShouldContain(field);
    }

    [Theory]
    [InlineData("512MB", "/boot/vmlinuz", "spec.memory.size")]
    [InlineData("-1", "/boot/vmlinuz", "spec.memory.size")]
    [InlineData("512Mi", "vmlinuz", "spec.boot.kernel")]
    [InlineData("512Mi", "", "spec.boot.kernel")]
    public async Task A_quantity_or_path_that_is_none_is_refused_by_the_name_of_its_field(string memory, string kernel, string field)
    {
        var refused = await ApplyAsync(Manifest("web", memory: memory, kernel: kernel));
        refused.Succeeded.ShouldBeFalse();
        refused.Error.ShouldContain(field);
    }

    [Fact]
    public async Task A_field_that_is_missing_is_named()
    {
        var refused = await ApplyAsync($"{{apiVersion: xen.reconciler.dev/v1alpha1, kind: Domain, metadata: {{name: web, namespace: {Namespace}}}, spec: {{memory: {{size: 64Mi}}}}}}");
        refused.Succeeded.ShouldBeFalse();
        refused.Error.ShouldContain("boot");
    }

    [Fact]
    public async Task A_misspelt_field_is_refused_by_kubectl_and_dropped_by_the_server()
    {
        var refused = await ApplyAsync(Manifest("web", "powerstate: Halted"));
        refused.Succeeded.ShouldBeFalse();
        refused.Error.ShouldContain("powerstate");

        (await Lab.Kubectl.RunAsync(Manifest("web", "powerstate: Halted"), ["apply", "--validate=false", "-f", "-"], Cancellation)).OutputOrThrow();
        (await GetAsync("web")).Spec!.PowerState.ShouldBe(PowerState.Running);
    }

    [Fact]
    public async Task The_columns_tell_what_is_wanted_what_is_and_why_not()
    {
        await ApplyAsync(Manifest("web"));
        await ApplyStatusAsync("web", "reconciler-agent", new DomainStatus
        {
            Host = "xen-1", Domid = 7, PowerState = "Paused", Conditions = [Ready("False", "Starting")],
        });
        var lines = (await Lab.Kubectl.RunAsync(Cancellation, "get", "dom", "-n", Namespace)).Split('\n');
        Words(lines[0]).ShouldBe(["NAME", "DESIRED", "STATE", "HOST", "DOMID", "READY", "REASON", "AGE"]);
        Words(lines[1])[..7].ShouldBe(["web", "Running", "Paused", "xen-1", "7", "False", "Starting"]);
    }

    [Fact]
    public async Task Short_names_and_the_category_find_the_objects()
    {
        await ApplyAsync(Manifest("web"));
        (await Lab.Kubectl.RunAsync(Cancellation, "get", "xen", "-n", Namespace)).ShouldContain("web");
        (await Lab.Kubectl.RunAsync(Cancellation, "api-resources", "--categories=xen")).ShouldSatisfyAllConditions(
            resources => resources.ShouldContain("xenhosts"), resources => resources.ShouldContain("domains"));
        (await Lab.Kubectl.TryRunAsync(Cancellation, "get", "xh")).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task A_status_in_a_manifest_is_ignored_and_one_through_the_subresource_does_not_touch_the_spec()
    {
        await ApplyAsync(Manifest("web") + "\nstatus: {host: xen-9}");
        (await GetAsync("web")).Status?.Host.ShouldBeNull();

        await ApplyStatusAsync("web", "reconciler-operator-status", new DomainStatus { Host = "xen-1" });
        var domain = await GetAsync("web");
        domain.Status!.Host.ShouldBe("xen-1");
        domain.Metadata.Generation.ShouldBe(1);
    }

    [Fact]
    public async Task Semantics_54_two_managers_own_different_conditions_and_neither_loses_its_own()
    {
        await ApplyAsync(Manifest("web"));
        await ApplyStatusAsync("web", "reconciler-operator-status", new DomainStatus { Host = "xen-1", Conditions = [Condition("Accepted"), Condition("Placed")] });
        await ApplyStatusAsync("web", "reconciler-agent-status", new DomainStatus { Domid = 1, Conditions = [Ready("False", "Starting")] });
        await ApplyStatusAsync("web", "reconciler-operator-status", new DomainStatus { Host = "xen-1", Conditions = [Condition("Accepted")] });
        var status = (await GetAsync("web")).Status!;
        status.Conditions!.Select(c => c.Type).Order(StringComparer.Ordinal).ShouldBe(["Accepted", "Ready"]);
        status.Host.ShouldBe("xen-1");
        status.Domid.ShouldBe(1);
    }

    /// <summary>API server 1.20 made null of a granular object or list that lost all its fields, and refused the write.</summary>
    [Fact]
    public async Task What_comes_and_goes_in_a_status_can_go_again()
    {
        await ApplyAsync(Manifest("web"));
        var shutdown = new ShutdownStatus { Method = "Clean", At = Sample.Now };
        var operation = new CurrentOperation { Name = "Start", Since = Sample.Now };
        await ApplyStatusAsync("web", "reconciler-agent-status", new DomainStatus { Domid = 1, LastShutdown = shutdown, CurrentOperations = [operation], AllowedOperations = ["Start"] });
        await ApplyStatusAsync("web", "reconciler-agent-status", new DomainStatus { PowerState = "Halted", CurrentOperations = [], AllowedOperations = [] });
        var status = (await GetAsync("web")).Status!;
        status.Domid.ShouldBeNull();
        status.LastShutdown.ShouldBeNull();
        status.CurrentOperations.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_condition_without_a_message_is_taken()
    {
        await ApplyAsync(Manifest("web"));
        await ApplyStatusAsync("web", "reconciler-agent-status", new DomainStatus { Conditions = [Ready("True", "Running") with { Message = "" }] });
        (await GetAsync("web")).Status!.Conditions!.Single().Message.ShouldBeNull();
    }

    private async Task<string> ExplainAsync(string path) =>
        string.Join(' ', Words(await Lab.Kubectl.RunAsync(Cancellation, "explain", path)));

    private static string[] Words(string text) => text.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private Task<CommandOutput> ApplyAsync(string manifest) => Lab.Kubectl.TryApplyAsync(manifest, Cancellation);

    private async Task<Domain> GetAsync(string name) => (await Client.GetAsync<Domain>(name, Namespace, Cancellation))!;

    private Task<Domain> ApplyStatusAsync(string name, string manager, DomainStatus status) => Client.ApplyStatusAsync(
        new Domain
        {
            ApiVersion = Domain.Definition.ApiVersion, Kind = "Domain", Metadata = new ObjectMeta { Name = name, Namespace = Namespace }, Status = status,
        },
        new ApplyOptions(manager),
        Cancellation);

    private static Condition Condition(string type) => new() { Type = type, Status = "True", Reason = "Tested", LastTransitionTime = Sample.Now };

    private static Condition Ready(string status, string reason) => Condition("Ready") with { Status = status, Reason = reason };

    private string Manifest(string name, string line = "", string memory = "64Mi", string kernel = "/boot/vmlinuz") => $"""
        apiVersion: xen.reconciler.dev/v1alpha1
        kind: Domain
        metadata:
          name: {name}
          namespace: {Namespace}
        spec:
          memory:
            size: "{memory}"
          boot:
            kernel: "{kernel}"
          {line}
        """;
}
