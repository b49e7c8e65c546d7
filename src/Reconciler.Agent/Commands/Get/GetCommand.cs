using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Embedded;
using Reconciler.Embedded.Manifests;
using Reconciler.Embedded.Resources;
using Reconciler.Kubernetes.Yaml;

namespace Reconciler.Agent.Commands.Get;

/// <summary><c>reconciler-agent get</c>: what is in a state directory, whether its agent runs or not.</summary>
internal static class GetCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>The exit code: 1 when something that was named is not there.</returns>
    public static int Run(GetOptions options, TextWriter output, TextWriter error, TimeProvider time)
    {
        if (!Directory.Exists(options.StateDirectory))
        {
            error.WriteLine(
                $"reconciler-agent: no agent has ever run with the state directory {options.StateDirectory}; name another with --state");
            return 1;
        }

        var reader = new StateReader(options.StateDirectory);
        var target = GetTarget.Of(options.What, CustomResourceDefinitions.ReadBuiltIn());
        var found = new List<(ResourceType Type, IReadOnlyList<JsonObject> Objects)>();
        var damaged = new List<DamagedObject>();
        foreach (var type in target.Types)
        {
            var objects = reader.Read(type, out var bad).Where(o => IsMeant(o, type, options, target)).ToArray();
            foreach (var entity in objects) (entity["metadata"] as JsonObject)?.Remove("managedFields");
            found.Add((type, objects));
            damaged.AddRange(bad);
        }

        var isText = options.Format is OutputFormat.Table or OutputFormat.Wide;
        if (isText) WriteTables(found, options.Format == OutputFormat.Wide, output, time.GetUtcNow());
        else WriteObjects(found.SelectMany(f => f.Objects).ToArray(), isOne: target.Names.Count == 1, options.Format, output);

        WriteProblems(ManifestProblemFile.Read(options.StateDirectory), damaged, isText ? output : error);
        if (reader.Holder is null) error.WriteLine("(No agent is running on this state directory: this is what the last one saw.)");

        var missing = target.Names.Where(n => !found.Exists(f => f.Objects.Any(o => o["metadata"]!["name"]!.GetValue<string>() == n))).ToArray();
        foreach (var name in missing)
        {
            var where = options.Namespace is { } space ? $" in namespace {space}" : "";
            error.WriteLine($"reconciler-agent: there is no {string.Join(" or ", target.Types.Select(t => t.Singular))} \"{name}\"{where}");
        }

        return missing.Length == 0 ? 0 : 1;
    }

    private static bool IsMeant(JsonObject entity, ResourceType type, GetOptions options, GetTarget target) =>
        (options.Namespace is null || !type.Namespaced || entity["metadata"]!["namespace"]?.GetValue<string>() == options.Namespace)
        && (target.Names.Count == 0 || target.Names.Contains(entity["metadata"]!["name"]!.GetValue<string>(), StringComparer.Ordinal));

    private static void WriteTables(
        List<(ResourceType Type, IReadOnlyList<JsonObject> Objects)> found, bool isWide, TextWriter output, DateTimeOffset now)
    {
        var shown = found.Where(f => f.Objects.Count > 0).ToArray();
        if (shown.Length == 0) output.WriteLine("No resources found.");
        for (var i = 0; i < shown.Length; i++)
        {
            if (i > 0) output.WriteLine();
            ResourceTable.Of(shown[i].Type, shown[i].Objects, isWide, now).Write(output);
        }
    }

    private static void WriteObjects(JsonObject[] objects, bool isOne, OutputFormat format, TextWriter output)
    {
        JsonNode document = isOne && objects.Length == 1
            ? objects[0]
            : new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. objects]) };
        if (format == OutputFormat.Yaml) JsonToYaml.Write(document, output);
        else output.WriteLine(document.ToJsonString(Indented));
    }

    private static void WriteProblems(IReadOnlyList<ManifestProblem> problems, List<DamagedObject> damaged, TextWriter output)
    {
        if (problems.Count + damaged.Count == 0) return;
        output.WriteLine();
        output.WriteLine("PROBLEMS");
        foreach (var problem in problems) output.WriteLine(problem);
        foreach (var one in damaged) output.WriteLine(one);
    }
}
