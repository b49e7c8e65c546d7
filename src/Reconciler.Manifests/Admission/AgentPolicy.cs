using System.Text.Json.Nodes;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Yaml;

namespace Reconciler.Manifests.Admission;

/// <summary>
/// Writes the ValidatingAdmissionPolicy that keeps each agent to its own node's objects and to its own part of them, and its binding: the token of a pod names the
/// node that the pod is bound to (ServiceAccountTokenPodNodeInfo), for API server 1.30 and newer. RBAC alone lets every agent write
/// every host's objects. The pattern is that of kubernetes' own test/e2e/auth/per_node_update.go.
/// </summary>
internal static class AgentPolicy
{
    private const string ApiVersion = "admissionregistration.k8s.io/v1";
    private const string Name = "reconciler-agent";
    private const string NodeName = "authentication.kubernetes.io/node-name";

    private const string Leases = "leases";

    /// <summary>What the operator decides and an agent only reads, in the status of whichever kind has it.</summary>
    private static readonly string[] Decided = ["host", "move", "placement", "domainUid", "claims", "node", "maintenance"];

    private static readonly string[] DecidedConditions =
        [AcceptedCondition.Type, PlacedCondition.Type, FencedCondition.Type, EvacuatedCondition.Type];

    /// <summary>The kinds that an agent writes, and only of its own node.</summary>
    private static readonly string[] Written =
        [Domain.Definition.Plural, Vbd.Definition.Plural, Vif.Definition.Plural, XenHost.Definition.Plural];

    /// <summary>The agents' service account; the chart puts the release's namespace in its place.</summary>
    private const string Agents = $"system:serviceaccount:{WebhookConfiguration.Namespace}:reconciler-agent";

    public static IEnumerable<GeneratedFile> Write()
    {
        yield return File("validatingadmissionpolicy", Policy());
        yield return File("validatingadmissionpolicybinding", new JsonObject
        {
            ["apiVersion"] = ApiVersion,
            ["kind"] = "ValidatingAdmissionPolicyBinding",
            ["metadata"] = new JsonObject { ["name"] = Name },
            ["spec"] = new JsonObject { ["policyName"] = Name, ["validationActions"] = new JsonArray("Deny") },
        });
    }

    private static JsonObject Policy() => new()
    {
        ["apiVersion"] = ApiVersion,
        ["kind"] = "ValidatingAdmissionPolicy",
        ["metadata"] = new JsonObject { ["name"] = Name },
        ["spec"] = new JsonObject
        {
            // Here nothing checks again: what can't be judged must not pass. Only the agents' own requests depend on it.
            ["failurePolicy"] = "Fail",
            ["matchConstraints"] = new JsonObject
            {
                ["resourceRules"] = new JsonArray(
                    Writes(XenApi.Group, Written.SelectMany(plural => new[] { plural, $"{plural}/status" })),
                    Writes(Lease.Definition.Group, [Leases])),
            },
            ["matchConditions"] = new JsonArray(Named("is-an-agent", $"request.userInfo.username == '{Agents}'")),
            ["variables"] = new JsonArray(
                Named("node", $"request.userInfo.?extra[?'{NodeName}'][0].orValue('')"),
                // What the object was decides, where there was one: an agent can't make an object its own by labelling it.
                Named("before", "request.operation == 'CREATE' ? object : oldObject"),
                Named("host", $"request.resource.resource == '{XenHost.Definition.Plural}'"
                    + " ? variables.before.metadata.name"
                    + $" : request.resource.resource == '{Leases}'"
                    + $" ? (variables.before.metadata.name.startsWith('{HostLease.Prefix}') ? variables.before.metadata.name.substring({HostLease.Prefix.Length}) : '')"
                    + $" : variables.before.metadata.?labels[?'{XenApi.HostLabel}'].orValue('')"),
                Named("changesOwn", $"request.operation == 'UPDATE' && request.resource.resource != '{Leases}'")),
            ["validations"] = new JsonArray(
                Rule(
                    "variables.node != ''",
                    $"the token names no node: an agent runs in a pod that is bound to one, on an API server that says so ({NodeName})"),
                Rule(
                    "variables.host == variables.node",
                    "'the agent of node ' + variables.node + ' can write only objects of its own node, and this one is of '"
                    + " + (variables.host == '' ? 'none' : variables.host)",
                    isExpression: true),
                Rule(
                    "!variables.changesOwn || object.?spec.orValue({}) == oldObject.?spec.orValue({})",
                    "an agent never changes the spec of a Domain, VBD, VIF or XenHost: spec.fence and all else in it are its users'"),
                Rule(
                    $"!variables.changesOwn || request.resource.resource == '{XenHost.Definition.Plural}'"
                    + $" || object.metadata.?labels[?'{XenApi.HostLabel}'].orValue('') == variables.host",
                    "an agent never gives a Domain, VBD or VIF to another host"),
                // The defaults of the schema are in it already.
                Rule(
                    $"request.operation != 'CREATE' || request.resource.resource != '{XenHost.Definition.Plural}'"
                    + " || (object.?spec.?schedulable.orValue(true) && !object.?spec.?maintenance.orValue(false) && !object.?spec.?fence.hasValue())",
                    "an agent makes its XenHost without a policy: spec is its users'"),
                Rule(
                    $"!variables.changesOwn || ({List(Decided)}.all(field, {Unchanged("?status[?field].orValue('')")})"
                    + $" && {Unchanged($"?status.?conditions.orValue([]).filter(c, c.type in {List(DecidedConditions)})")})",
                    "an agent never writes what the operator decides: where a Domain is, what is accepted, whether a host is fenced or empty")),
        },
    };

    private static string List(IEnumerable<string> words) => $"[{string.Join(", ", words.Select(word => $"'{word}'"))}]";

    private static string Unchanged(string what) => $"object.{what} == oldObject.{what}";

    private static JsonObject Writes(string group, IEnumerable<string> resources) => new()
    {
        ["apiGroups"] = new JsonArray(group),
        ["apiVersions"] = new JsonArray("*"),
        ["operations"] = new JsonArray("CREATE", "UPDATE", "DELETE"),
        ["resources"] = new JsonArray([.. resources.Select(resource => (JsonNode)resource)]),
    };

    private static JsonObject Named(string name, string expression) => new() { ["name"] = name, ["expression"] = expression };

    private static JsonObject Rule(string expression, string message, bool isExpression = false) => new()
    {
        ["expression"] = expression,
        [isExpression ? "messageExpression" : "message"] = message,
        ["reason"] = "Forbidden",
    };

    private static GeneratedFile File(string name, JsonObject content) =>
        new($"charts/reconciler/admission/{name}.yaml", GeneratedFile.AdmissionHeader + JsonToYaml.Write(content));
}
