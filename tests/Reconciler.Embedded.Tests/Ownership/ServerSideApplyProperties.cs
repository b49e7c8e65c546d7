using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Embedded.Tests.Ownership;

/// <summary>Server-side apply against the plainest model of it: each leaf has a value and the set of those who applied it.</summary>
public sealed class ServerSideApplyProperties
{
    private static readonly string[] Managers = ["first", "second", "third"];

    [Fact]
    public void Apply_is_the_model_of_leaves_and_their_owners() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            using var store = EmbeddedStore.InMemory(Widgets.Options);
            var model = new Model();
            store.Apply(Widgets.Type, Widgets.Json("a", """{"size":"1Gi"}"""), new ApplyOptions("base"));
            for (var i = 0; i < 12; i++)
            {
                var manager = Managers[random.Next(Managers.Length)];
                var leaves = RandomLeaves(random);
                var expectsConflict = model.Conflicts(manager, leaves);
                var force = random.Next(2) == 0;
                try
                {
                    store.Apply(Widgets.Type, Widgets.Json("a", ToSpec(leaves).ToJsonString()), new ApplyOptions(manager, force));
                    (force || !expectsConflict).ShouldBeTrue($"{manager} {string.Join(' ', leaves)} is a conflict");
                    model.Apply(manager, leaves);
                }
                catch (KubernetesApiException exception) when (exception.IsConflict)
                {
                    (!force && expectsConflict).ShouldBeTrue($"{manager} {string.Join(' ', leaves)} is no conflict: {exception.Message}");
                }

                Leaves(store).ShouldBe(model.Leaves, ignoreOrder: true, $"after {i}: {manager} applied {string.Join(' ', leaves)}");
            }

            foreach (var manager in Managers) store.Apply(Widgets.Type, Widgets.Json("a", "{}"), new ApplyOptions(manager));
            Leaves(store).ShouldBeEmpty();
            return true;
        }));

    // "tags/x", "ports/http" (the item itself), "ports/http/number", "arguments", "notes/x", "limits/action".
    private static Dictionary<string, string> RandomLeaves(Random random)
    {
        var leaves = new Dictionary<string, string>(StringComparer.Ordinal);
        string Value() => random.Next(1, 4).ToString();
        bool Some() => random.Next(3) == 0;
        foreach (var tag in new[] { "x", "y" })
            if (Some()) leaves[$"tags/{tag}"] = "";
        foreach (var port in new[] { "http", "ssh" })
        {
            if (!Some()) continue;
            leaves[$"ports/{port}"] = "";
            if (Some()) leaves[$"ports/{port}/number"] = Value();
            if (Some()) leaves[$"ports/{port}/note"] = Value();
        }

        if (Some()) leaves["arguments"] = Value();
        foreach (var note in new[] { "x", "y" })
            if (Some()) leaves[$"notes/{note}"] = Value();
        if (Some()) leaves["limits/action"] = Value();
        return leaves;
    }

    private static JsonObject ToSpec(Dictionary<string, string> leaves)
    {
        var spec = new JsonObject();
        foreach (var (path, value) in leaves.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            switch (path.Split('/'))
            {
                case ["tags", var tag]:
                    ((JsonArray)(spec["tags"] ??= new JsonArray())).Add(tag);
                    break;
                case ["ports", var name]:
                    ((JsonArray)(spec["ports"] ??= new JsonArray())).Add((JsonNode)new JsonObject { ["name"] = name });
                    break;
                case ["ports", var name, var field]:
                    spec["ports"]!.AsArray().Single(p => p!["name"]!.GetValue<string>() == name)![field] = field == "number" ? JsonValue.Create(int.Parse(value)) : value;
                    break;
                case ["arguments"]:
                    spec["arguments"] = new JsonArray(value);
                    break;
                case [var map, var key]:
                    (spec[map] ??= new JsonObject())[key] = value;
                    break;
            }
        }

        return spec;
    }

    private static Dictionary<string, string> Leaves(EmbeddedStore store)
    {
        var spec = store.ReadAll(Widgets.Type).Single()["spec"]!.AsObject();
        var leaves = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in spec["tags"] as JsonArray ?? []) leaves[$"tags/{tag}"] = "";
        foreach (var port in (spec["ports"] as JsonArray ?? []).Select(p => p!.AsObject()))
        {
            leaves[$"ports/{port["name"]}"] = "";
            foreach (var (field, value) in port.Where(f => f.Key != "name")) leaves[$"ports/{port["name"]}/{field}"] = value!.ToString();
        }

        if (spec["arguments"] is JsonArray { Count: > 0 } arguments) leaves["arguments"] = arguments[0]!.ToString();
        foreach (var (key, value) in spec["notes"] as JsonObject ?? []) leaves[$"notes/{key}"] = value!.ToString();
        if (spec["limits"]?["action"] is { } action) leaves["limits/action"] = action.ToString();
        return leaves;
    }

    private sealed class Model
    {
        private readonly Dictionary<string, (string Value, HashSet<string> Owners)> _leaves = new(StringComparer.Ordinal);

        public Dictionary<string, string> Leaves => _leaves.ToDictionary(l => l.Key, l => l.Value.Value, StringComparer.Ordinal);

        public bool Conflicts(string manager, Dictionary<string, string> applied) =>
            applied.Any(a => _leaves.TryGetValue(a.Key, out var leaf) && leaf.Value != a.Value && leaf.Owners.Any(o => o != manager));

        public void Apply(string manager, Dictionary<string, string> applied)
        {
            foreach (var (path, value) in applied)
            {
                if (!_leaves.TryGetValue(path, out var leaf) || leaf.Value != value)
                    leaf = (value, new HashSet<string>(StringComparer.Ordinal));
                leaf.Owners.Add(manager);
                _leaves[path] = leaf;
            }

            foreach (var (path, leaf) in _leaves.ToArray())
            {
                if (!applied.ContainsKey(path)) leaf.Owners.Remove(manager);
                if (leaf.Owners.Count == 0) _leaves.Remove(path);
            }
        }
    }
}
