using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Reconciler.Kubernetes.Yaml;

/// <summary>Writes JSON as YAML, as <c>kubectl get -o yaml</c> does: block style, lists not indented, quotes only where they are needed.</summary>
public static class JsonToYaml
{
    // Lines are never folded, so that a value can be found by searching for it.
    private static readonly EmitterSettings Settings = new(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024);

    // Line breaks that readers take differently, and what does not survive inside of a block.
    private static readonly SearchValues<char> Escaped = SearchValues.Create("\r\t\u0085\u2028\u2029\ufeff");

    /// <summary>The text, with a line feed at its end.</summary>
    public static string Write(JsonNode? node)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        Write(node, writer);
        return writer.ToString();
    }

    /// <summary>Writes one document, without the line "---" before it.</summary>
    public static void Write(JsonNode? node, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var emitter = new Emitter(writer, Settings);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(version: null, tags: null, isImplicit: true));
        Emit(emitter, node);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case null:
                EmitScalar(emitter, "null", ScalarStyle.Plain);
                break;
            case JsonObject map:
                var mapStyle = map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block;
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, mapStyle));
                foreach (var (key, value) in map)
                {
                    EmitString(emitter, key, isKey: true);
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                var listStyle = list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block;
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, listStyle));
                foreach (var item in list) Emit(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            default:
                if (node.GetValueKind() == JsonValueKind.String) EmitString(emitter, node.GetValue<string>(), isKey: false);
                else EmitScalar(emitter, node.ToJsonString(), ScalarStyle.Plain);
                break;
        }
    }

    private static void EmitString(Emitter emitter, string text, bool isKey) => EmitScalar(emitter, text, StyleOf(text, isKey));

    private static ScalarStyle StyleOf(string text, bool isKey)
    {
        if (!YamlScalar.IsPlainString(text)) return ScalarStyle.DoubleQuoted;
        if (text.AsSpan().ContainsAny(Escaped) || text.Any(char.IsSurrogate)) return ScalarStyle.DoubleQuoted;
        // White space of Unicode (a no-break space) at the ends of a plain scalar is taken for indentation by some readers, ours among them.
        if (text.Any(character => character > '\x7f' && char.IsWhiteSpace(character))) return ScalarStyle.DoubleQuoted;
        if (!text.Contains('\n', StringComparison.Ordinal)) return ScalarStyle.Any;

        // A block scalar takes its indentation from its first line, and some readers drop blanks at the ends of lines.
        var isBlock = !isKey && text[0] is not (' ' or '\n') && !text.Contains(" \n", StringComparison.Ordinal)
            && !text.EndsWith(' ') && !text.Any(character => char.IsControl(character) && character != '\n');
        return isBlock ? ScalarStyle.Literal : ScalarStyle.DoubleQuoted;
    }

    private static void EmitScalar(Emitter emitter, string text, ScalarStyle style) =>
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true));
}
