using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reconciler.Operator.Tests.Cel;

/// <summary>An expression, type-checked as an API server does it when one is stored.</summary>
internal sealed class CelExpression(CelEnvironment environment, string text)
{
    public string Type { get; } = environment.Check(text);

    public JsonNode? Evaluate(JsonObject variables) => environment.Evaluate(text, variables);

    public bool IsTrue(JsonObject variables) => Evaluate(variables) is { } answer && answer.GetValueKind() is JsonValueKind.True or JsonValueKind.False
        ? answer!.GetValue<bool>()
        : throw new InvalidOperationException($"{text} is neither true nor false");
}
