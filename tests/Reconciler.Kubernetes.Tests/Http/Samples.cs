using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Reconciler.Kubernetes.Tests.Http;

/// <summary>JSON of widgets, good and bad, for the decoders.</summary>
internal static class Samples
{
    /// <summary>A widget as JSON without apiVersion and kind. "count" is a number; with <paramref name="isBad"/> it is a text, which no widget has.</summary>
    internal static JsonObject Widget(string name, bool isBad = false, string note = "") => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["namespace"] = "default",
            ["resourceVersion"] = $"v-{name}",
            ["managedFields"] = new JsonArray(new JsonObject { ["fieldsV1"] = new JsonObject { ["f:spec"] = new JsonObject { ["}],"] = 1 } } }),
        },
        ["unknown"] = new JsonArray("items", new JsonObject { ["items"] = new JsonArray() }),
        ["spec"] = new JsonObject { ["size"] = note, ["count"] = isBad ? "three" : 3 },
    };

    internal static string List(string? resourceVersion, string? @continue, params IEnumerable<JsonNode?> items)
    {
        var metadata = new JsonObject();
        if (resourceVersion is not null) metadata["resourceVersion"] = resourceVersion;
        if (@continue is not null) metadata["continue"] = @continue;
        return new JsonObject { ["kind"] = "WidgetList", ["apiVersion"] = "x/v1", ["metadata"] = metadata, ["items"] = new JsonArray([.. items]) }.ToJsonString();
    }

    internal static string Frame(string type, JsonNode @object) => new JsonObject { ["type"] = type, ["object"] = @object }.ToJsonString() + "\n";

    /// <summary>Objects and what happens to their bytes on the way.</summary>
    internal static Gen<Input> Inputs() =>
        from objects in Gen.ArrayOf(Objects())
        from chunks in Gen.ArrayOf(Gen.Choose(1, 40))
        from cut in Gen.Choose(0, int.MaxValue)
        from damage in Gen.ArrayOf(Gen.Choose(0, int.MaxValue))
        select new Input(objects, chunks.Length == 0 ? [7] : chunks, cut, damage);

    // Texts that try to look like the JSON around them.
    private static Gen<Sample> Objects() =>
        from number in Gen.Choose(0, 999)
        from isBad in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from note in Gen.Elements("", "\n", "]}", "\"", "\\", "{\"items\":[", "é\u2028\ud83d\ude00", new string('x', 100))
        select new Sample($"w{number}", isBad, note);

    /// <summary>One object.</summary>
    internal sealed record Sample(string Name, bool IsBad, string Note);

    /// <param name="Objects">What is sent.</param>
    /// <param name="Chunks">Sizes of the pieces in which it arrives.</param>
    /// <param name="Cut">Where it is cut off, modulo its length.</param>
    /// <param name="Damage">Which bytes are replaced, modulo its length, and by what (bits 16 to 23).</param>
    internal sealed record Input(Sample[] Objects, int[] Chunks, int Cut, int[] Damage);
}
