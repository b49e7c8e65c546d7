using Reconciler.Cli.Importing.XlConfiguration;

namespace Reconciler.Cli.Importing;

/// <summary>What is to be said of an option of the file.</summary>
/// <param name="Kind">How bad it is.</param>
/// <param name="Line">Of the option, from 1; 0 when it is about an option that is not there.</param>
/// <param name="Option">The option, and its value as in the file: <c>cpus = "2-3"</c>.</param>
/// <param name="Message">What is lost, and what to do about it.</param>
internal sealed record Finding(FindingKind Kind, int Line, string Option, string Message)
{
    /// <summary>Values are cut in messages: lists may be long.</summary>
    private const int ShownLength = 100;

    public static Finding Of(FindingKind kind, XlAssignment option, string message) => new(kind, option.Line, $"{option.Name} = {Shown(option.Value)}", message);

    /// <summary>Of one member of a list.</summary>
    public static Finding Of(FindingKind kind, string option, int index, XlValue item, string message) => new(kind, item.Line, $"{option}[{index}] = {Shown(item)}", message);

    /// <summary><c>web.cfg:12: not expressed: cpus = "2-3": virtual CPUs can't be pinned. ...</c></summary>
    public string In(string file) => $"{file}{(Line > 0 ? $":{Line}" : "")}: {Prefix}: {Option}: {Message}";

    private string Prefix => Kind switch { FindingKind.Note => "note", FindingKind.Lost => "not expressed", _ => "no manifests" };

    private static string Shown(XlValue value) => value.ToString() is { Length: > ShownLength } text ? $"{text.AsSpan(0, ShownLength)}…" : value.ToString();
}
