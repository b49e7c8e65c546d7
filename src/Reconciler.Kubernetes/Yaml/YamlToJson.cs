using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Reconciler.Kubernetes.Yaml;

/// <summary>
/// Reads YAML as kubectl does (sigs.k8s.io/yaml): to JSON, then on as JSON. Stricter in one thing: a key that comes twice is an error.
/// </summary>
public static partial class YamlToJson
{
    /// <summary>
    /// All documents of a text. One that can't be read carries its error and does not disturb the others; empty ones are left out.
    /// </summary>
    public static IReadOnlyList<YamlDocument> ParseAll(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var documents = new List<YamlDocument>();
        foreach (var (firstLine, part) in Split(text.TrimStart('\ufeff'))) ParsePart(part, firstLine, documents);
        return documents;
    }

    /// <summary>The one document of a text; null for a text without any.</summary>
    /// <exception cref="YamlFormatException">It can't be read, or there are several.</exception>
    public static YamlDocument? ParseSingle(string text)
    {
        var documents = ParseAll(text);
        if (documents.FirstOrDefault(document => document.Error is not null) is { Error: { } error }) throw new YamlFormatException(error);
        if (documents.Count > 1)
            throw new YamlFormatException(new YamlError(documents[1].Start, "a second document begins here, and only one is expected"));
        return documents.Count == 0 ? null : documents[0];
    }

    /// <summary>
    /// Cuts before each line that starts with "---": that line can't be inside of anything, so an error in one document leaves the
    /// next one readable.
    /// </summary>
    private static IEnumerable<(int FirstLine, string Text)> Split(string text)
    {
        var (start, line, firstLine) = (0, 1, 1);
        for (var position = 0; position < text.Length; line++)
        {
            if (position > start && IsDocumentStart(text.AsSpan(position)))
            {
                yield return (firstLine, text[start..position]);
                (start, firstLine) = (position, line);
            }

            var end = text.IndexOf('\n', position);
            position = end < 0 ? text.Length : end + 1;
        }

        yield return (firstLine, text[start..]);
    }

    private static bool IsDocumentStart(ReadOnlySpan<char> line) =>
        line.StartsWith("---", StringComparison.Ordinal) && (line.Length == 3 || line[3] is ' ' or '\t' or '\r' or '\n');

    private static void ParsePart(string part, int firstLine, List<YamlDocument> documents)
    {
        // Directives ("%YAML 1.1") and comments ahead of the first "---" are a part without a document.
        if (!part.Split('\n').Any(line => line.AsSpan().Trim(" \t\r") is [not ('#' or '%'), ..])) return;

        var start = new YamlLocation(firstLine, 1);
        var parser = new Parser(new StringReader(part));
        try
        {
            while (parser.MoveNext())
            {
                if (parser.Current is not DocumentStart) continue;
                parser.MoveNext();
                var composer = new YamlComposer(parser, firstLine - 1);
                start = composer.Current;
                if (composer.IsAtEmptyDocument) continue;
                var root = composer.ReadNode("");
                documents.Add(new YamlDocument(root, start, composer.Locations));
            }
        }
        catch (YamlFormatException exception)
        {
            documents.Add(new YamlDocument(exception.Error, start));
        }
        catch (YamlException exception)
        {
            documents.Add(new YamlDocument(Describe(exception, part, firstLine), start));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The library's own assertions fail on a few odd texts (a %TAG after "..."): an odd file must not take its reader down.
            var at = parser.Current is { } last ? new YamlLocation(firstLine - 1 + (int)last.End.Line, (int)last.End.Column) : start;
            documents.Add(new YamlDocument(new YamlError(at, $"the text after this is no YAML: {exception.Message.TrimEnd('.')}"), start));
        }
    }

    private static YamlError Describe(YamlException exception, string part, int firstLine)
    {
        // A few of the library's errors carry no place (0): then it is the document's beginning.
        var line = Math.Max(1, (int)exception.Start.Line);
        if (exception.Message.Contains("tab", StringComparison.Ordinal) && TabIndentation().Match(part) is { Success: true } tab)
        {
            // The scanner's mark is where the mapping began; the reader looks for the tab.
            line = part.AsSpan(0, tab.Index).Count('\n') + 1;
            return new YamlError(new YamlLocation(firstLine + line - 1, tab.Length), "a tab is used as indentation; use spaces");
        }

        var reason = exception.Message.TrimEnd('.');
        if (reason.Length > 0) reason = char.ToLowerInvariant(reason[0]) + reason[1..];
        return new YamlError(new YamlLocation(firstLine + line - 1, Math.Max(1, (int)exception.Start.Column)), reason);
    }

    [GeneratedRegex(@"^ *\t", RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TabIndentation();
}
