using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Yaml;

namespace Reconciler.Kubernetes.Config;

/// <summary>A map inside of a kubeconfig file that knows its place, so that each complaint about it names file, line and field.</summary>
internal sealed class KubeconfigNode
{
    private readonly YamlDocument _document;
    private readonly JsonObject _map;
    private readonly string _pointer;

    private KubeconfigNode(string file, YamlDocument document, JsonObject map, string pointer, string path)
    {
        File = file;
        _document = document;
        _map = map;
        _pointer = pointer;
        Path = path;
    }

    internal string File { get; }

    /// <summary>"users[0].user"; empty for the file itself.</summary>
    internal string Path { get; }

    internal static KubeconfigNode Read(string file)
    {
        string text;
        try
        {
            text = System.IO.File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KubernetesConfigException($"There is no kubeconfig file {file}. Name an existing one, or unset KUBECONFIG.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesConfigException($"Cannot read the kubeconfig file {file}: {exception.Message}", exception);
        }

        try
        {
            var document = YamlToJson.ParseSingle(text)
                ?? throw new KubernetesConfigException($"The kubeconfig file {file} is empty.");
            return document.Root is JsonObject map
                ? new KubeconfigNode(file, document, map, "", "")
                : throw new KubernetesConfigException($"{file}, {document.Start}: a kubeconfig is a map (apiVersion: v1, kind: Config, ...).");
        }
        catch (YamlFormatException exception)
        {
            throw new KubernetesConfigException($"{file}, {exception.Message}. A kubeconfig is YAML.", exception);
        }
    }

    /// <summary>A text; null when absent, null or empty. Numbers and booleans that should be quoted are complained about.</summary>
    internal string? Text(string field) => _map[field] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>() is { Length: > 0 } text ? text : null,
        var other => throw Error(field, $"is {Name(other)}; expected: a text (in quotes, if it looks like something else)"),
    };

    internal bool Flag(string field) => _map[field] switch
    {
        null => false,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
        var other => throw Error(field, $"is {Name(other)}; expected: true or false"),
    };

    internal KubeconfigNode? Map(string field) => _map[field] switch
    {
        null => null,
        JsonObject map => Child(map, field),
        var other => throw Error(field, $"is {Name(other)}; expected: a map"),
    };

    internal IReadOnlyList<KubeconfigNode> Maps(string field)
    {
        if (_map[field] is null) return [];
        if (_map[field] is not JsonArray list) throw Error(field, $"is {Name(_map[field])}; expected: a list");
        return list.Select((item, index) => item is JsonObject map
            ? new KubeconfigNode(File, _document, map, $"{_pointer}/{field}/{index}", $"{PathOf(field)}[{index}]")
            : throw Error(field, $"holds {Name(item)} at index {index}; expected: maps")).ToList();
    }

    internal IReadOnlyList<string> Texts(string field)
    {
        if (_map[field] is null) return [];
        if (_map[field] is not JsonArray list) throw Error(field, $"is {Name(_map[field])}; expected: a list of texts");
        return list.Select((item, index) => item is JsonValue value && value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>()
            : throw Error(field, $"holds {Name(item)} at index {index}; expected: a text (in quotes)")).ToList();
    }

    internal IEnumerable<string> Fields => _map.Select(member => member.Key);

    internal JsonNode? Json(string field) => _map[field];

    /// <summary>A path of a file is relative to the kubeconfig that names it.</summary>
    internal string? FilePath(string field) =>
        Text(field) is { } path ? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(File))!, path) : null;

    /// <summary>The text of <c>FIELD-data</c> (base64) or of the file that <c>FIELD</c> names; the data wins, as with kubectl.</summary>
    internal string? DataOrFile(string field)
    {
        if (Text($"{field}-data") is { } data)
        {
            try
            {
                return System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(data));
            }
            catch (FormatException exception)
            {
                throw Error($"{field}-data", "is not base64", exception);
            }
        }

        if (FilePath(field) is not { } path) return null;
        try
        {
            return System.IO.File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Error(field, $"names {path}, which can't be read: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    internal string PathOf(string field) => Path.Length == 0 ? field : $"{Path}.{field}";

    internal KubernetesConfigException Error(string field, string problem, Exception? innerException = null) =>
        new($"{File}, {_document.Locate($"{_pointer}/{JsonPaths.Escape(field)}")}: {PathOf(field)} {problem}.", innerException);

    private KubeconfigNode Child(JsonObject map, string field) =>
        new(File, _document, map, $"{_pointer}/{JsonPaths.Escape(field)}", PathOf(field));

    private static string Name(JsonNode? node) => node switch
    {
        null => "nothing",
        JsonObject => "a map",
        JsonArray => "a list",

        // Not which number: it may be a password that lacks its quotes.
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => $"the text \"{node.GetValue<string>()}\"",
            JsonValueKind.Number => "a number",
            _ => node.ToJsonString(),
        },
    };
}
