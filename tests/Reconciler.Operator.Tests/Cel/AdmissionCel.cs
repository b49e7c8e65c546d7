using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Yaml;
using Reconciler.Testing.Lab;

namespace Reconciler.Operator.Tests.Cel;

/// <summary>What an API server shows to the expressions of policies and webhooks.</summary>
internal static class AdmissionCel
{
    /// <param name="hasOptionals">Whether the server is 1.29 or newer.</param>
    /// <param name="variables">Those of a policy that are known by then.</param>
    public static CelEnvironment Environment(bool hasOptionals, params IEnumerable<(string Name, string Type)> variables)
    {
        var types = new CelTypes();
        var kind = types.Add("GroupVersionKind", ("group", "string"), ("version", "string"), ("kind", "string"));
        var resource = types.Add("GroupVersionResource", ("group", "string"), ("version", "string"), ("resource", "string"));
        var user = types.Add(
            "UserInfo", ("username", "string"), ("uid", "string"), ("groups", "list<string>"), ("extra", "map<string, list<string>>"));
        var request = types.Add(
            "AdmissionRequest",
            ("uid", "string"), ("kind", kind), ("requestKind", kind), ("resource", resource), ("requestResource", resource),
            ("subResource", "string"), ("requestSubResource", "string"), ("name", "string"), ("namespace", "string"),
            ("operation", "string"), ("userInfo", user), ("dryRun", "bool"), ("options", "dyn"));
        return new CelEnvironment(
            types,
            new()
            {
                ["request"] = request, ["object"] = "dyn", ["oldObject"] = "dyn", ["authorizer"] = types.Add("Authorizer", ("unused", "string")),
                ["variables"] = types.Add("Variables", [("unused", "string"), .. variables]),
            },
            hasOptionals);
    }

    public static JsonObject Variables(AdmissionRequest request) =>
        new() { ["request"] = request.ToJson(), ["object"] = request.Object?.DeepClone(), ["oldObject"] = request.OldObject?.DeepClone() };

    /// <summary>A generated manifest of charts/reconciler/admission.</summary>
    public static JsonNode Manifest(string name) =>
        YamlToJson.ParseSingle(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "charts/reconciler/admission", $"{name}.yaml")))!.Root!;
}
