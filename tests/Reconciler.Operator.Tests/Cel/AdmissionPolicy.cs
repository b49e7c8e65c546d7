using System.Text.Json.Nodes;

namespace Reconciler.Operator.Tests.Cel;

/// <summary>A ValidatingAdmissionPolicy, evaluated as an API server does it: conditions, then variables where they are used, then validations.</summary>
internal sealed class AdmissionPolicy
{
    private readonly List<CelExpression> _conditions = [];
    private readonly List<(string Name, CelExpression Expression)> _variables = [];
    private readonly List<(CelExpression Expression, CelExpression? MessageExpression, string? Message)> _validations = [];

    public AdmissionPolicy(JsonNode spec)
    {
        var known = new List<(string Name, string Type)>();
        foreach (var condition in spec["matchConditions"]!.AsArray())
            _conditions.Add(Compile(condition!["expression"]!));
        foreach (var variable in spec["variables"]!.AsArray())
        {
            var name = variable!["name"]!.GetValue<string>();
            _variables.Add((name, Compile(variable["expression"]!)));
            known.Add((name, _variables[^1].Expression.Type));
        }

        foreach (var validation in spec["validations"]!.AsArray())
            _validations.Add((Compile(validation!["expression"]!), validation["messageExpression"] is { } message ? Compile(message) : null, (string?)validation["message"]));

        CelExpression Compile(JsonNode expression) => new(AdmissionCel.Environment(hasOptionals: true, known), expression.GetValue<string>());
    }

    public IEnumerable<string> ValidationTypes => _validations.Select(validation => validation.Expression.Type);

    /// <summary>Why a request is refused; empty when it may pass.</summary>
    /// <exception cref="InvalidOperationException">An expression that decides ends in an error: that refuses too, but says nothing that helps.</exception>
    public IReadOnlyList<string> Refusals(AdmissionRequest request)
    {
        var variables = AdmissionCel.Variables(request);
        if (!_conditions.TrueForAll(condition => condition.IsTrue(variables))) return [];

        // One that ends in an error matters only to a validation that looks at it.
        var known = new JsonObject();
        variables["variables"] = known;
        foreach (var (name, expression) in _variables)
        {
            try
            {
                known[name] = expression.Evaluate(variables);
            }
            catch (InvalidOperationException)
            {
                known.Remove(name);
            }
        }

        return
        [
            .. from validation in _validations
               where !validation.Expression.IsTrue(variables)
               select validation.Message ?? validation.MessageExpression!.Evaluate(variables)!.GetValue<string>(),
        ];
    }
}
