using System.Text.Json.Nodes;

namespace Reconciler.Operator.Tests.Cel;

/// <summary>One rule (x-kubernetes-validations) of one field of a generated definition.</summary>
internal sealed class CrdRule
{
    private readonly JsonObject _schema;
    private readonly Lazy<CelExpression> _expression;

    /// <param name="kind">Domain, VBD, ...</param>
    /// <param name="path">From the object on; <c>[]</c> is each item of a list.</param>
    /// <param name="copies">How many values of the field there can be in one object; null: any number.</param>
    /// <param name="schema">Of the field.</param>
    /// <param name="rule">What the definition has.</param>
    public CrdRule(string kind, IReadOnlyList<string> path, ulong? copies, JsonObject schema, JsonObject rule)
    {
        (Kind, Path, Copies, _schema) = (kind, path, copies, schema);
        (Text, Message) = (rule["rule"]!.GetValue<string>(), rule["message"]!.GetValue<string>());
        _expression = new(() => new CelExpression(Environment(schema), Text));
    }

    public string Kind { get; }

    public IReadOnlyList<string> Path { get; }

    public ulong? Copies { get; }

    public string Text { get; }

    public string Message { get; }

    /// <summary>Whether it compares with the value before: then it is asked only where there was one.</summary>
    public bool IsTransition => Text.Contains("oldSelf", StringComparison.Ordinal);

    public CelExpression Expression => _expression.Value;

    public bool Holds(JsonNode self, JsonNode? old) => Expression.IsTrue(new() { ["self"] = self.DeepClone(), ["oldSelf"] = old?.DeepClone() });

    /// <summary>Every value that the rule judges in an object, each with what it was before, where that can be told.</summary>
    public IEnumerable<(JsonNode Self, JsonNode? Old)> Values(JsonNode? now, JsonNode? old)
    {
        IEnumerable<(JsonNode? Self, JsonNode? Old)> values = [(now, old)];
        foreach (var step in Path)
            values = step == "[]" ? values.SelectMany(v => (v.Self as JsonArray ?? []).Select(item => (item, (JsonNode?)null))) : values.Select(v => (v.Self?[step], v.Old?[step]));
        return values.Where(v => v.Self is not null).Select(v => (v.Self!, v.Old));
    }

    /// <summary>A value with the defaults of the schema, as rules see it.</summary>
    public JsonNode WithDefaults(JsonNode self)
    {
        var complete = self.DeepClone();
        CrdRules.ApplyDefaults(complete, _schema);
        return complete;
    }

    public override string ToString() => $"{Kind} {string.Join('.', Path).Replace(".[]", "[]", StringComparison.Ordinal)}: {Message}";

    /// <summary>What API server 1.25 knows: no optional values, no quantities.</summary>
    private static CelEnvironment Environment(JsonObject schema)
    {
        var types = new CelTypes();
        var self = types.Of(schema, "self");
        return new CelEnvironment(types, new() { ["self"] = self, ["oldSelf"] = self }, hasOptionals: false);
    }
}
