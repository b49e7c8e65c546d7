using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Yaml;
using Reconciler.Manifests;

namespace Reconciler.Api.Tests.Manifests;

/// <summary>The admission manifests, as text: what API server 1.20 of the lab can't show. Their expressions are evaluated by the tests of the operator.</summary>
public sealed class AdmissionManifestTests
{
    private const string Evictions = "pods.eviction.xen.reconciler.dev";

    [Fact]
    public void Semantics_40_Each_webhook_is_explicit_in_all_that_matters()
    {
        foreach (var webhook in Webhooks())
        {
            Text(webhook, "failurePolicy").ShouldBe("Ignore");
            Text(webhook, "sideEffects").ShouldBe(Text(webhook, "name") == Evictions ? "NoneOnDryRun" : "None");
            Text(webhook, "matchPolicy").ShouldBe("Equivalent");
            webhook["timeoutSeconds"]!.GetValue<long>().ShouldBeInRange(2, 5);
            Texts(webhook["admissionReviewVersions"]).ShouldBe(["v1"]);
            webhook["clientConfig"]!.AsObject().ContainsKey("caBundle").ShouldBeFalse("the operator writes it");
        }
    }

    [Fact]
    public void Semantics_40_Domains_of_the_operators_namespace_and_of_kube_system_are_not_asked_about()
    {
        var selector = Webhook("domains.xen.reconciler.dev")["namespaceSelector"]!["matchExpressions"]!.AsArray().Single()!.AsObject();
        (Text(selector, "key"), Text(selector, "operator")).ShouldBe(("kubernetes.io/metadata.name", "NotIn"));
        Texts(selector["values"]).ShouldBe(["kube-system", "reconciler-system"]);
    }

    [Fact]
    public void Semantics_40_Only_what_a_validator_judges_is_sent_to_it()
    {
        var rules = Webhooks().ToDictionary(webhook => Text(webhook, "name"), webhook => webhook["rules"]!.AsArray().Single()!.AsObject());
        Texts(rules["domains.xen.reconciler.dev"]["operations"]).ShouldBe(["CREATE", "UPDATE"]);
        Texts(rules["xenhosts.xen.reconciler.dev"]["operations"]).ShouldBe(["CREATE", "UPDATE", "DELETE"]);

        // Not their status: agents write that all the time.
        rules.Values.SelectMany(rule => Texts(rule["resources"])).ShouldBe(["domains", "pods/eviction", "vbds", "vifs", "xenhosts", "xennetworks", "xenstoragepools"]);
    }

    [Fact]
    public void Semantics_40_Of_evictions_only_those_of_guards_are_asked_about()
    {
        var webhook = Webhook(Evictions);
        var rule = webhook["rules"]!.AsArray().Single()!.AsObject();
        (Texts(rule["apiGroups"]).Single(), Texts(rule["apiVersions"]).Single(), Texts(rule["operations"]).Single()).ShouldBe(("", "v1", "CREATE"));
        var selector = webhook["namespaceSelector"]!["matchExpressions"]!.AsArray().Single()!.AsObject();
        (Text(selector, "operator"), Texts(selector["values"]).Single()).ShouldBe(("In", "reconciler-system"));
    }

    [Fact]
    public void Semantics_53_What_the_policy_can_not_judge_is_refused_and_an_agent_has_few_rights_without_it()
    {
        var spec = Document("validatingadmissionpolicy")["spec"]!.AsObject();
        Text(spec, "failurePolicy").ShouldBe("Fail");
        spec["validations"]!.AsArray().ShouldAllBe(rule => rule!["message"] != null || rule["messageExpression"] != null);

        // What is left on servers without the policy.
        Verbs("xenhosts").ShouldBe(["get", "list", "watch", "create"]);
        Verbs("xenhosts/status").ShouldBe(["patch"]);

        static List<string> Verbs(string resource) => [.. Read("charts/reconciler/rbac/reconciler-agent.yaml")["rules"]!.AsArray()
            .Where(rule => Texts(rule!["resources"]).Contains(resource)).SelectMany(rule => Texts(rule!["verbs"]))];
    }

    [Fact]
    public void Semantics_53_Leases_are_covered_too()
    {
        var spec = Document("validatingadmissionpolicy")["spec"]!.AsObject();
        var leases = spec["matchConstraints"]!["resourceRules"]!.AsArray().Single(rule => Texts(rule!["apiGroups"]).Contains("coordination.k8s.io"))!;
        Texts(leases["resources"]).ShouldBe(["leases"]);
        Texts(leases["operations"]).ShouldBe(["CREATE", "UPDATE", "DELETE"]);
    }

    [Fact]
    public void Semantics_53_Everything_that_an_agent_may_write_is_covered()
    {
        var covered = Document("validatingadmissionpolicy")["spec"]!["matchConstraints"]!["resourceRules"]!.AsArray()
            .Single(rule => Texts(rule!["apiGroups"]).Contains(XenApi.Group))!.AsObject();
        var writable = Read("charts/reconciler/rbac/reconciler-agent.yaml")["rules"]!.AsArray()
            .Where(rule => Texts(rule!["apiGroups"]).Contains(XenApi.Group) && Texts(rule["verbs"]).Intersect(["create", "update", "patch", "delete"]).Any())
            .SelectMany(rule => Texts(rule!["resources"])).ToList();
        writable.ShouldNotBeEmpty();
        writable.ShouldBeSubsetOf(Texts(covered["resources"]));
        Texts(covered["resources"]).ShouldBe(
            ["domains", "domains/status", "vbds", "vbds/status", "vifs", "vifs/status", "xenhosts", "xenhosts/status"], ignoreOrder: true);
        Texts(covered["operations"]).ShouldBe(["CREATE", "UPDATE", "DELETE"]);
    }

    [Fact]
    public void Semantics_53_The_policy_is_bound_and_denies()
    {
        var binding = Document("validatingadmissionpolicybinding")["spec"]!.AsObject();
        Text(binding, "policyName").ShouldBe(Text(Document("validatingadmissionpolicy")["metadata"]!.AsObject(), "name"));
        Texts(binding["validationActions"]).ShouldBe(["Deny"]);
    }

    [Fact]
    public void Semantics_41_The_operator_may_read_no_secret_but_its_own()
    {
        var cluster = Read("charts/reconciler/rbac/reconciler-operator.yaml")["rules"]!.AsArray();
        cluster.SelectMany(rule => Texts(rule!["resources"])).ShouldNotContain("secrets");
        Texts(cluster.Single(rule => Texts(rule!["resources"]).Contains("validatingwebhookconfigurations"))!["resourceNames"]).ShouldBe(["reconciler"]);
        var own = Read("charts/reconciler/rbac/reconciler-operator-role.yaml");
        own["kind"]!.GetValue<string>().ShouldBe("Role");
        Texts(own["rules"]!.AsArray().Single(rule => Texts(rule!["resources"]).Contains("secrets"))!["resourceNames"]).ShouldBe(["reconciler-webhook"]);
    }

    private static IEnumerable<JsonObject> Webhooks() => Document("validatingwebhookconfiguration")["webhooks"]!.AsArray().Select(webhook => webhook!.AsObject());

    private static JsonObject Webhook(string name) => Webhooks().Single(webhook => Text(webhook, "name") == name);

    private static JsonObject Document(string name) => Read($"charts/reconciler/admission/{name}.yaml");

    private static JsonObject Read(string path) => YamlToJson.ParseAll(Generation.Files(Reconciler.Testing.Lab.RepositoryRoot.Path).Single(file => file.Path == path).Content).Single().Root!.AsObject();

    private static string Text(JsonObject node, string member) => node[member]!.GetValue<string>();

    private static List<string> Texts(JsonNode? list) => [.. list!.AsArray().Select(item => item!.GetValue<string>())];
}
