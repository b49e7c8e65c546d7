using System.Text.Json.Nodes;

namespace Reconciler.Kubernetes.Client;

/// <summary>An RFC 6902 patch, built operation by operation.</summary>
public sealed class JsonPatch
{
    private readonly JsonArray _operations = [];

    /// <summary>The patch holds only if the value at <paramref name="path"/> (RFC 6901) equals <paramref name="value"/>; null tests for absence or null.</summary>
    public JsonPatch Test(string path, JsonNode? value) => Append("test", path, value);

    /// <summary>Adds a member, or inserts into an array ("-" appends).</summary>
    public JsonPatch Add(string path, JsonNode? value) => Append("add", path, value);

    /// <summary>Puts another value in the place of the one at <paramref name="path"/>, which must be there.</summary>
    public JsonPatch Replace(string path, JsonNode? value) => Append("replace", path, value);

    /// <summary>Removes what is at <paramref name="path"/>, which must be there.</summary>
    public JsonPatch Remove(string path)
    {
        _operations.Add((JsonNode)new JsonObject { ["op"] = "remove", ["path"] = path });
        return this;
    }

    /// <summary>The operations, as they go over the wire.</summary>
    public JsonArray Operations => _operations;

    /// <inheritdoc/>
    public override string ToString() => _operations.ToJsonString();

    private JsonPatch Append(string op, string path, JsonNode? value)
    {
        _operations.Add((JsonNode)new JsonObject { ["op"] = op, ["path"] = path, ["value"] = value?.DeepClone() });
        return this;
    }
}
