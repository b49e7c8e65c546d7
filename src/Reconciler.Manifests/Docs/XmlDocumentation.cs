using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Reconciler.Manifests.Docs;

/// <summary>Reads the documentation comments of the types: the single source of every description.</summary>
internal static partial class XmlDocumentation
{
    private const char ParagraphBreak = '\v';

    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, string>> Files = new();

    /// <summary>The summary of a type, as plain text; paragraphs are parted by an empty line. Null when it has none.</summary>
    public static string? Of(Type type) => Find(type.Assembly, $"T:{Name(type)}");

    public static string? Of(PropertyInfo property) => Find(property.DeclaringType!.Assembly, $"P:{Name(property.DeclaringType)}.{property.Name}");

    public static string? Of(FieldInfo field) => Find(field.DeclaringType!.Assembly, $"F:{Name(field.DeclaringType)}.{field.Name}");

    private static string Name(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string? Find(Assembly assembly, string member) => Files.GetOrAdd(assembly, Load).GetValueOrDefault(member);

    private static Dictionary<string, string> Load(Assembly assembly)
    {
        var path = Path.ChangeExtension(assembly.Location, ".xml");
        if (!File.Exists(path)) throw new FileNotFoundException($"The documentation of {assembly.GetName().Name} is missing: {path}", path);
        var members = XDocument.Load(path).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal);
        return members.Keys
            .Select(name => (Name: name, Summary: Summary(members, name)))
            .Where(member => member.Summary is not null)
            .ToDictionary(member => member.Name, member => Plain(member.Summary!), StringComparer.Ordinal);
    }

    /// <summary>A member's own, or the one that it says is meant for it too: <c>inheritdoc cref="..."</c>.</summary>
    private static XElement? Summary(Dictionary<string, XElement> members, string name)
    {
        if (!members.TryGetValue(name, out var member)) return null;
        return member.Element("summary") ?? (member.Element("inheritdoc")?.Attribute("cref") is { } meant ? Summary(members, meant.Value) : null);
    }

    private static string Plain(XElement summary) => string.Join(
        "\n\n",
        string.Concat(summary.Nodes().Select(Plain)).Split(ParagraphBreak)
            .Select(paragraph => Blanks().Replace(paragraph, " ").Trim())
            .Where(paragraph => paragraph.Length > 0));

    private static string Plain(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "paramref" or "typeparamref" } reference => Referenced(reference),
        XElement { Name.LocalName: "para" } paragraph => $"{ParagraphBreak}{string.Concat(paragraph.Nodes().Select(Plain))}{ParagraphBreak}",
        XElement element => string.Concat(element.Nodes().Select(Plain)),
        _ => "",
    };

    /// <summary>A member is called what it is called in a manifest: powerState, not PowerState.</summary>
    private static string Referenced(XElement reference)
    {
        if (reference.Nodes().Any()) return string.Concat(reference.Nodes().Select(Plain));
        var target = (reference.Attribute("cref") ?? reference.Attribute("langword") ?? reference.Attribute("name"))!.Value;
        var name = target[(target.LastIndexOf('.') + 1)..];
        return target.StartsWith("P:", StringComparison.Ordinal) ? JsonNamingPolicy.CamelCase.ConvertName(name) : name;
    }

    [GeneratedRegex(@"[ \t\r\n]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();
}
