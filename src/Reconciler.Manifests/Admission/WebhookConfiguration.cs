using System.Reflection;
using System.Text.Json.Nodes;
using Reconciler.Api;
using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Yaml;
using Reconciler.Operator.Admission;
using Reconciler.Runtime.Web.Admission;

namespace Reconciler.Manifests.Admission;

/// <summary>
/// Writes the ValidatingWebhookConfiguration: what the <see cref="ValidationWebhookAttribute"/>s of the operator's validators ask for.
/// Without caBundle: that one is the operator's to write.
/// </summary>
internal static class WebhookConfiguration
{
    /// <summary>Stands for the namespace of the installation; the chart puts the release's in its place.</summary>
    public const string Namespace = "reconciler-system";

    /// <summary>More than the server's own budget, and short: each user who writes waits for it.</summary>
    private const int TimeoutSeconds = 3;

    private static readonly (AdmissionOperations Flag, string Name)[] Operations =
        [(AdmissionOperations.Create, "CREATE"), (AdmissionOperations.Update, "UPDATE"), (AdmissionOperations.Delete, "DELETE")];

    public static GeneratedFile Write() => new(
        "charts/reconciler/admission/validatingwebhookconfiguration.yaml",
        GeneratedFile.AdmissionHeader + JsonToYaml.Write(new JsonObject
        {
            ["apiVersion"] = "admissionregistration.k8s.io/v1",
            ["kind"] = "ValidatingWebhookConfiguration",
            ["metadata"] = new JsonObject { ["name"] = WebhookNames.Configuration },
            ["webhooks"] = new JsonArray([.. Validators().Select(Webhook)]),
        }));

    private static IEnumerable<ValidationWebhookAttribute> Validators() => typeof(WebhookNames).Assembly.GetTypes()
        .Select(type => type.GetCustomAttribute<ValidationWebhookAttribute>())
        .OfType<ValidationWebhookAttribute>()
        .OrderBy(webhook => DefinitionOf(webhook).QualifiedName, StringComparer.Ordinal);

    private static JsonNode Webhook(ValidationWebhookAttribute validator)
    {
        var definition = DefinitionOf(validator);
        var webhook = new JsonObject
        {
            ["name"] = NameOf(definition),
            ["admissionReviewVersions"] = new JsonArray("v1"),
            ["clientConfig"] = new JsonObject
            {
                ["service"] = new JsonObject
                {
                    ["namespace"] = Namespace,
                    ["name"] = WebhookNames.Service,
                    ["path"] = AdmissionPaths.Of(definition),
                    ["port"] = 443,
                },
            },
            ["rules"] = new JsonArray(new JsonObject
            {
                ["apiGroups"] = new JsonArray(definition.Group),
                ["apiVersions"] = new JsonArray(definition.Version),
                ["operations"] = new JsonArray([.. Operations.Where(o => validator.Operations.HasFlag(o.Flag)).Select(o => (JsonNode)o.Name)]),
                ["resources"] = new JsonArray(definition.Plural),
                ["scope"] = definition.Namespaced ? "Namespaced" : "Cluster",
            }),
            ["failurePolicy"] = "Ignore",
            ["matchPolicy"] = "Equivalent",
            ["sideEffects"] = validator.HasSideEffects ? "NoneOnDryRun" : "None",
            ["timeoutSeconds"] = TimeoutSeconds,
        };
        if (definition.Namespaced) webhook["namespaceSelector"] = validator.InOwnNamespace ? Namespaces("In", Namespace) : Namespaces("NotIn", "kube-system", Namespace);
        if (validator.MatchCondition is { } condition)
            webhook["matchConditions"] = new JsonArray(new JsonObject { ["name"] = "what-the-validator-judges", ["expression"] = condition });
        return webhook;
    }

    /// <summary>A webhook's name has to have a domain, which the core group has not.</summary>
    private static string NameOf(ResourceDefinition definition) =>
        definition.Group.Length == 0 ? $"{definition.Plural.Replace('/', '.')}.{XenApi.Group}" : definition.QualifiedName;

    private static JsonObject Namespaces(string @operator, params string[] namespaces) => new()
    {
        ["matchExpressions"] = new JsonArray(new JsonObject
        {
            ["key"] = "kubernetes.io/metadata.name",
            ["operator"] = @operator,
            ["values"] = new JsonArray([.. namespaces.Select(name => (JsonNode)name)]),
        }),
    };

    private static ResourceDefinition DefinitionOf(ValidationWebhookAttribute webhook) => ResourceKind.DefinitionOf(webhook.Entity);
}
