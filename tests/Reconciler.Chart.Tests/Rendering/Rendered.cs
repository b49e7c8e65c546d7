using System.Text.Json.Nodes;

namespace Reconciler.Chart.Tests.Rendering;

/// <summary>Finds its way among rendered objects.</summary>
internal static class Rendered
{
    public static JsonObject One(this IEnumerable<JsonObject> objects, string kind, string name) =>
        objects.Where(o => (string?)o["kind"] == kind && (string?)o["metadata"]?["name"] == name).ShouldHaveSingleItem($"{kind} {name}");

    public static bool Has(this IEnumerable<JsonObject> objects, string kind) => objects.Any(o => (string?)o["kind"] == kind);

    public static JsonObject PodSpec(this JsonObject workload) => workload["spec"]!["template"]!["spec"]!.AsObject();

    public static IReadOnlyList<string> Arguments(this JsonObject workload) =>
        [.. workload.PodSpec()["containers"]![0]!["args"]!.AsArray().Select(argument => argument!.GetValue<string>())];
}
