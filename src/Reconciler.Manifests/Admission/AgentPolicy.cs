using System.Text.Json.Nodes;
using Reconciler.Api;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Yaml;

namespace Reconciler.Manifests.Admission;

/// <summary>
/// Writes the ValidatingAdmissionPolicy that keeps each agent to its own node's objects, and its binding: the token of a pod names the
/// node that the pod is bound to (ServiceAccountTokenPodNodeInfo), for API server 1.30 and newer. RBAC alone lets every agent write
/// every host's objects. The pattern is that of kubernetes' own test/e2e/auth/per_node_update.go.
/// </summary>
internal static class AgentPolicy
{
    private const string ApiVersion = "admissionregistration.k8s.io/v1";
    private const string Name = "reconciler-agent";
    private const string NodeName = "authentication.kubernetes.io/node-name";

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
                ["resourceRules"] = new JsonArray(new JsonObject
                {
                    ["apiGroups"] = new JsonArray(XenApi.Group),
                    ["apiVersions"] = new JsonArray("*"),
                    ["operations"] = new JsonArray("CREATE", "UPDATE", "DELETE"),
                    ["resources"] = new JsonArray([.. Written
                        .SelectMany(plural => new[] { plural, $"{plural}/status" }).Select(resource => (JsonNode)resource)]),
                }),
            },
            ["matchConditions"] = new JsonArray(Named("is-an-agent", $"request.userInfo.username == '{Agents}'")),
            ["variables"] = new JsonArray(
                Named("node", $"request.userInfo.extra[?'{NodeName}'][0].orValue('')"),
                // What the object was decides, where there was one: an agent can't make an object its own by labelling it.
                Named("before", "request.operation == 'CREATE' ? object : oldObject"),
                Named("host", $"request.resource.resource == '{XenHost.Definition.Plural}'"
                    + " ? variables.before.metadata.name"
                    + $" : variables.before.metadata.?labels[?'{XenApi.HostLabel}'].orValue('')")),
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
                    $"request.operation != 'UPDATE' || request.resource.resource == '{XenHost.Definition.Plural}' || object.spec == oldObject.spec",
                    "an agent never changes the spec of a Domain, VBD or VIF"),
                Rule(
                    $"request.operation != 'UPDATE' || request.resource.resource == '{XenHost.Definition.Plural}'"
                    + $" || object.metadata.?labels[?'{XenApi.HostLabel}'].orValue('') == variables.host",
                    "an agent never gives a Domain, VBD or VIF to another host")),
        },
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
