using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reconciler.Embedded.Manifests;

/// <summary>The problems of the manifests, beside the objects in the state directory: so that they can be looked at from another process.</summary>
public static class ManifestProblemFile
{
    private const string Name = "problems.json";

    /// <summary>Replaces what was there.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public static void Write(string stateDirectory, IReadOnlyList<ManifestProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var list = new JsonArray();
        foreach (var (file, line, about, message) in problems)
            list.Add((JsonNode)new JsonObject { ["file"] = file, ["line"] = line, ["object"] = about, ["message"] = message });
        var path = Path.Combine(stateDirectory, Name);
        File.WriteAllBytes(path + ".tmp", JsonText.ToUtf8(list));
        File.Move(path + ".tmp", path, overwrite: true);
    }

    /// <summary>What was written last; empty when nothing was, or when it can't be read.</summary>
    public static IReadOnlyList<ManifestProblem> Read(string stateDirectory)
    {
        var path = Path.Combine(stateDirectory, Name);
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path)) is JsonArray list
                ? [.. list.OfType<JsonObject>().Select(p => new ManifestProblem(
                    p["file"]?.GetValue<string>() ?? "", p["line"]?.GetValue<int>(), p["object"]?.GetValue<string>(), p["message"]?.GetValue<string>() ?? ""))]
                : [];
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return [];
        }
    }
}
