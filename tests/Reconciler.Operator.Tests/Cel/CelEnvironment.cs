using System.Text;
using System.Text.Json.Nodes;
using Jint;
using Jint.Native;
using Jint.Runtime;
using Reconciler.Testing.Lab;

namespace Reconciler.Operator.Tests.Cel;

/// <summary>The types and variables that expressions can use, and cel-js, which checks and evaluates them.</summary>
internal sealed class CelEnvironment
{
    // One interpreter is loaded once, and used by one test at a time.
    private static readonly Lock Gate = new();
    private static readonly Lazy<(Engine Engine, JsValue Module)> Js = new(Load);

    private readonly JsValue _environment;

    /// <param name="types">Of objects.</param>
    /// <param name="variables">Each with its type.</param>
    /// <param name="hasOptionals">Optional values (<c>?.</c>, <c>[?]</c>) came with API server 1.29.</param>
    public CelEnvironment(CelTypes types, JsonObject variables, bool hasOptionals)
    {
        var declarations = new JsonObject { ["types"] = types.ToJson(), ["variables"] = variables, ["hasOptionals"] = hasOptionals };
        lock (Gate)
            _environment = Js.Value.Engine.Invoke(Js.Value.Module.Get("environment"), declarations.ToJsonString());
    }

    /// <summary>The type of an expression's value.</summary>
    /// <exception cref="FormatException">It does not parse, or its types do not fit: an API server would not store it.</exception>
    public string Check(string expression)
    {
        try
        {
            lock (Gate)
                return Js.Value.Engine.Invoke(_environment.Get("check"), expression).AsString();
        }
        catch (JavaScriptException e)
        {
            throw new FormatException($"{expression}: {e.Message}", e);
        }
    }

    /// <exception cref="InvalidOperationException">It ends in an error: an API server would refuse the object, and with other words than ours.</exception>
    public JsonNode? Evaluate(string expression, JsonObject variables)
    {
        try
        {
            lock (Gate)
                return JsonNode.Parse(Js.Value.Engine.Invoke(_environment.Get("evaluate"), expression, variables.ToJsonString()).AsString());
        }
        catch (JavaScriptException e)
        {
            throw new InvalidOperationException($"{expression}: {e.Message}", e);
        }
    }

    private static (Engine Engine, JsValue Module) Load()
    {
        var prepare = Path.Combine(RepositoryRoot.Path, "tests/lab/cel/prepare.sh");
        var modules = ExternalProgram.RunAsync("bash", [prepare]).GetAwaiter().GetResult().OutputOrThrow().Trim();
        var engine = new Engine(options => options.EnableModules(modules));
        // Of a browser, not of the language.
        engine.SetValue("utf8", new Func<string, byte[]>(Encoding.UTF8.GetBytes));
        engine.Execute("""
            globalThis.TextEncoder = class { encode(text) { return new Uint8Array(utf8(text)) } }
            globalThis.TextDecoder = class { }
            """);
        engine.Modules.Add("cel", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cel", "cel.js")));
        return (engine, engine.Modules.Import("cel"));
    }
}
