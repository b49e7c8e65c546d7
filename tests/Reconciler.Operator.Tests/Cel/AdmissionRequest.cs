using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Yaml;

namespace Reconciler.Operator.Tests.Cel;

/// <summary>What an API server is asked, as expressions see it (admission.k8s.io/v1).</summary>
internal sealed record AdmissionRequest
{
    public required string Operation { get; init; }

    /// <summary>The plural: domains, leases, ...</summary>
    public string Resource { get; init; } = "domains";

    public string User { get; init; } = "kim";

    /// <summary>userInfo.extra; null: not there, as of a user without a token of a pod.</summary>
    public JsonObject? Extra { get; init; }

    public JsonObject? Object { get; init; }

    public JsonObject? OldObject { get; init; }

    public static AdmissionRequest Create(string yaml) => new() { Operation = "CREATE", Object = Parse(yaml) };

    public static AdmissionRequest Update(string from, string to) => new() { Operation = "UPDATE", OldObject = Parse(from), Object = Parse(to) };

    public static AdmissionRequest Delete(string yaml) => new() { Operation = "DELETE", OldObject = Parse(yaml) };

    public JsonObject ToJson()
    {
        var user = new JsonObject { ["username"] = User, ["groups"] = new JsonArray("system:authenticated") };
        if (Extra is not null) user["extra"] = Extra.DeepClone();
        return new()
        {
            ["operation"] = Operation,
            ["resource"] = new JsonObject { ["resource"] = Resource },
            ["name"] = (Object ?? OldObject)!["metadata"]!["name"]!.GetValue<string>(),
            ["userInfo"] = user,
        };
    }

    private static JsonObject Parse(string yaml) => YamlToJson.ParseSingle(yaml)!.Root!.AsObject();
}
