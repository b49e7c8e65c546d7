using System.Text.Json.Nodes;

namespace Reconciler.Operator.Tests.Cel;

/// <summary>What the generated policy lets the agent of node xen-a write.</summary>
[Trait("Category", "Lab")]
public sealed class AgentPolicyTests
{
    private const string NotOwn = "the agent of node xen-a can write only objects of its own node, and this one is of ";
    private const string NoSpec = "an agent never changes the spec of a Domain, VBD, VIF or XenHost: spec.fence and all else in it are its users'";
    private const string NoPolicy = "an agent makes its XenHost without a policy: spec is its users'";
    private const string Decided = "an agent never writes what the operator decides: where a Domain is, what is accepted, whether a host is fenced or empty";
    private const string NoNode =
        "the token names no node: an agent runs in a pod that is bound to one, on an API server that says so (authentication.kubernetes.io/node-name)";

    private static readonly Lazy<AdmissionPolicy> Evaluated = new(() => new(AdmissionCel.Manifest("validatingadmissionpolicy")["spec"]!));

    private static AdmissionPolicy Policy => Evaluated.Value;

    public static TheoryData<string> Devices => ["domains", "vbds", "vifs"];

    [Fact]
    public void Semantics_53_Every_expression_of_the_policy_is_a_condition() =>
        Policy.ValidationTypes.ShouldAllBe(type => type == "bool" || type == "dyn");

    [Theory]
    [MemberData(nameof(Devices))]
    public void Semantics_53_An_agent_says_what_it_sees_of_its_own_objects(string resource)
    {
        Refusals(resource, AdmissionRequest.Update(Object("xen-a"), Object("xen-a", "{domid: 7, conditions: [{type: Ready, status: 'True'}]}"))).ShouldBeEmpty();
        Refusals(resource, AdmissionRequest.Update(Object("xen-a", "{domid: 7}"), Object("xen-a"))).ShouldBeEmpty();
        // Its finalizer, when nothing is left on the host.
        Refusals(resource, AdmissionRequest.Update(
            "{metadata: {name: web, finalizers: [x], labels: {xen.reconciler.dev/host: xen-a}}, spec: {a: 1}}", "{metadata: {name: web, labels: {xen.reconciler.dev/host: xen-a}}, spec: {a: 1}}")).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Semantics_53_An_agent_writes_no_object_of_another_host(string resource)
    {
        Refusals(resource, AdmissionRequest.Update(Object("xen-b"), Object("xen-b", "{domid: 7}"))).ShouldBe([NotOwn + "xen-b"]);
        Refusals(resource, AdmissionRequest.Update(Object(""), Object("", "{domid: 7}"))).ShouldBe([NotOwn + "none"]);
        Refusals(resource, AdmissionRequest.Update("{metadata: {name: web}, spec: {a: 1}}", "{metadata: {name: web}, spec: {a: 1}, status: {domid: 7}}")).ShouldBe([NotOwn + "none"]);
        Refusals(resource, AdmissionRequest.Delete(Object("xen-b"))).ShouldBe([NotOwn + "xen-b"]);
        Refusals(resource, AdmissionRequest.Create(Object("xen-b"))).ShouldBe([NotOwn + "xen-b"]);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Semantics_53_An_agent_takes_no_object_by_labelling_it_and_gives_none_away(string resource)
    {
        Refusals(resource, AdmissionRequest.Update(Object("xen-b"), Object("xen-a"))).ShouldContain(NotOwn + "xen-b");
        Refusals(resource, AdmissionRequest.Update("{metadata: {name: web}, spec: {a: 1}}", Object("xen-a"))).ShouldContain(NotOwn + "none");
        Refusals(resource, AdmissionRequest.Update(Object("xen-a"), Object("xen-b"))).ShouldBe(["an agent never gives a Domain, VBD or VIF to another host"]);
        Refusals(resource, AdmissionRequest.Update(Object("xen-a"), "{metadata: {name: web}, spec: {a: 1}}")).ShouldBe(["an agent never gives a Domain, VBD or VIF to another host"]);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    [InlineData("xenhosts")]
    public void Semantics_53_An_agent_changes_no_spec(string resource)
    {
        var old = "{metadata: {name: xen-a, labels: {xen.reconciler.dev/host: xen-a}}, spec: {schedulable: true}}";
        Refusals(resource, AdmissionRequest.Update(old, old.Replace("true", "false", StringComparison.Ordinal))).ShouldBe([NoSpec]);
        Refusals(resource, AdmissionRequest.Update(old, old.Replace("spec: {", "spec: {fence: {bootId: b}, ", StringComparison.Ordinal))).ShouldBe([NoSpec]);
        Refusals(resource, AdmissionRequest.Update(old, old.Replace(", spec: {schedulable: true}", "", StringComparison.Ordinal))).ShouldBe([NoSpec]);
        Refusals(resource, AdmissionRequest.Update(old, old)).ShouldBeEmpty();
    }

    [Fact]
    public void Semantics_53_An_agent_makes_its_own_host_without_a_policy_and_says_what_it_sees_of_it()
    {
        Refusals("xenhosts", AdmissionRequest.Create("{metadata: {name: xen-a}, spec: {schedulable: true, maintenance: false}}")).ShouldBeEmpty();
        Refusals("xenhosts", AdmissionRequest.Create("{metadata: {name: xen-a}}")).ShouldBeEmpty();
        Refusals("xenhosts", AdmissionRequest.Create("{metadata: {name: xen-a}, spec: {schedulable: false}}")).ShouldBe([NoPolicy]);
        Refusals("xenhosts", AdmissionRequest.Create("{metadata: {name: xen-a}, spec: {maintenance: true}}")).ShouldBe([NoPolicy]);
        Refusals("xenhosts", AdmissionRequest.Create("{metadata: {name: xen-a}, spec: {fence: {bootId: b}}}")).ShouldBe([NoPolicy]);
        Refusals("xenhosts", AdmissionRequest.Create("{metadata: {name: xen-b}}")).ShouldBe([NotOwn + "xen-b"]);

        Refusals("xenhosts", AdmissionRequest.Update("{metadata: {name: xen-a}}", "{metadata: {name: xen-a}, status: {bootId: b, cpus: 4}}")).ShouldBeEmpty();
        // A label makes no host its own.
        Refusals("xenhosts", AdmissionRequest.Update(
            "{metadata: {name: xen-b, labels: {xen.reconciler.dev/host: xen-a}}}", "{metadata: {name: xen-b, labels: {xen.reconciler.dev/host: xen-a}}, status: {cpus: 4}}")).ShouldBe([NotOwn + "xen-b"]);
        Refusals("xenhosts", AdmissionRequest.Delete("{metadata: {name: xen-b}}")).ShouldBe([NotOwn + "xen-b"]);
    }

    [Fact]
    public void Semantics_53_An_agent_renews_the_lease_of_its_own_host_and_neither_another_one_nor_the_operators()
    {
        Refusals("leases", AdmissionRequest.Create("{metadata: {name: xenhost-xen-a}, spec: {holderIdentity: a}}")).ShouldBeEmpty();
        Refusals("leases", AdmissionRequest.Update("{metadata: {name: xenhost-xen-a}, spec: {renewTime: 1}}", "{metadata: {name: xenhost-xen-a}, spec: {renewTime: 2}}")).ShouldBeEmpty();
        foreach (var (lease, host) in new[] { ("xenhost-xen-b", "xen-b"), ("reconciler-operator", "none"), ("xen-a", "none"), ("xenhost-", "none") })
        {
            Refusals("leases", AdmissionRequest.Create($"{{metadata: {{name: {lease}}}}}")).ShouldBe([NotOwn + host]);
            Refusals("leases", AdmissionRequest.Update($"{{metadata: {{name: {lease}}}}}", $"{{metadata: {{name: {lease}}}, spec: {{renewTime: 2}}}}")).ShouldBe([NotOwn + host]);
            Refusals("leases", AdmissionRequest.Delete($"{{metadata: {{name: {lease}}}}}")).ShouldBe([NotOwn + host]);
        }
    }

    [Theory]
    [InlineData("host", "xen-a", "xen-b")]
    [InlineData("move", "{from: xen-a}", "{from: xen-b}")]
    [InlineData("placement", "{host: xen-a}", "{host: xen-b}")]
    [InlineData("domainUid", "u1", "u2")]
    [InlineData("claims", "[{name: a}]", "[]")]
    [InlineData("node", "{isReady: true}", "{isReady: false}")]
    [InlineData("maintenance", "{left: 2}", "{left: 1}")]
    [InlineData("conditions", "[{type: Accepted, status: 'True'}]", "[{type: Accepted, status: 'False'}]")]
    [InlineData("conditions", "[{type: Ready, status: 'True'}, {type: Placed, status: 'False'}]", "[{type: Ready, status: 'True'}, {type: Placed, status: 'True'}]")]
    [InlineData("conditions", "[{type: Fenced, status: 'False'}]", "[{type: Fenced, status: 'True'}]")]
    [InlineData("conditions", "[{type: Evacuated, status: 'False'}]", "[{type: Evacuated, status: 'True'}]")]
    public void Semantics_53_An_agent_decides_nothing_that_is_the_operators(string field, string before, string after)
    {
        foreach (var resource in new[] { "domains", "vbds", "vifs", "xenhosts" })
        {
            Refusals(resource, AdmissionRequest.Update(Status($"{{{field}: {before}}}"), Status($"{{{field}: {after}}}"))).ShouldBe([Decided]);
            Refusals(resource, AdmissionRequest.Update(Status($"{{{field}: {before}}}"), Status("{domid: 7}"))).ShouldBe([Decided]);
            Refusals(resource, AdmissionRequest.Update("{metadata: {name: xen-a, labels: {xen.reconciler.dev/host: xen-a}}}", Status($"{{{field}: {before}}}"))).ShouldBe([Decided]);
            Refusals(resource, AdmissionRequest.Update(Status($"{{{field}: {before}}}"), Status($"{{{field}: {before}, domid: 7}}"))).ShouldBeEmpty();
        }

        static string Status(string status) => $"{{metadata: {{name: xen-a, labels: {{xen.reconciler.dev/host: xen-a}}}}, status: {status}}}";
    }

    [Fact]
    public void Semantics_53_Conditions_of_its_own_are_an_agents() => Refusals("domains", AdmissionRequest.Update(
        Object("xen-a", "{conditions: [{type: Accepted, status: 'True'}, {type: Ready, status: 'False'}]}"),
        Object("xen-a", "{conditions: [{type: Progressing, status: 'True'}, {type: Accepted, status: 'True'}, {type: Ready, status: 'True'}]}"))).ShouldBeEmpty();

    [Fact]
    public void Semantics_53_A_token_that_names_no_node_writes_nothing()
    {
        var write = AdmissionRequest.Update(Object("xen-a"), Object("xen-a", "{domid: 7}"));
        Policy.Refusals(write with { User = Agent, Extra = new JsonObject { ["authentication.kubernetes.io/pod-name"] = new JsonArray("p") } }).ShouldContain(NoNode);
        // A token of a Secret has nothing at all.
        Policy.Refusals(write with { User = Agent, Extra = null }).ShouldContain(NoNode);
        // Nor does an object without a host belong to it.
        Policy.Refusals(AdmissionRequest.Update(Object(""), Object("")) with { User = Agent, Extra = null }).ShouldBe([NoNode]);
    }

    [Fact]
    public void Semantics_53_Nobody_else_is_held_to_a_node()
    {
        var write = AdmissionRequest.Update(Object("xen-b"), Object("xen-a", "{host: xen-a}"));
        Policy.Refusals(write).ShouldBeEmpty();
        Policy.Refusals(write with { User = "system:serviceaccount:reconciler-system:reconciler-operator" }).ShouldBeEmpty();
        Policy.Refusals(write with { User = Agent }).ShouldNotBeEmpty();
    }

    private const string Agent = "system:serviceaccount:reconciler-system:reconciler-agent";

    private static IReadOnlyList<string> Refusals(string resource, AdmissionRequest request) => Policy.Refusals(request with
    {
        Resource = resource,
        User = Agent,
        Extra = new JsonObject { ["authentication.kubernetes.io/node-name"] = new JsonArray("xen-a"), ["authentication.kubernetes.io/pod-name"] = new JsonArray("p") },
    });

    private static string Object(string host, string? status = null) =>
        $"{{metadata: {{name: web, labels: {{xen.reconciler.dev/host: '{host}'}}}}, spec: {{a: 1}}{(status is null ? "" : $", status: {status}")}}}";
}
