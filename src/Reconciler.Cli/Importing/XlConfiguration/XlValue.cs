using System.Globalization;
using System.Text;

namespace Reconciler.Cli.Importing.XlConfiguration;

/// <summary>A value of an xl.cfg: a text or a list of values. The language has no other types: a number is the text that it is written as.</summary>
internal sealed record XlValue
{
    /// <summary>The text, its escapes resolved; null for a list.</summary>
    public string? Text { get; private init; }

    /// <summary>The members; null for a text.</summary>
    public IReadOnlyList<XlValue>? Items { get; private init; }

    /// <summary>Where it begins, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Whether it says nothing: an empty text or list.</summary>
    public bool IsEmpty => Items is { } items ? items.Count == 0 : Text!.Length == 0;

    public static XlValue Of(string text, int line) => new() { Text = text, Line = line };

    public static XlValue Of(IReadOnlyList<XlValue> items, int line) => new() { Items = items, Line = line };

    /// <summary>The value of <c>+=</c>: texts are joined, lists are joined.</summary>
    /// <exception cref="XlSyntaxException">One is a list and the other a text.</exception>
    public XlValue Plus(XlValue other) => (Items, other.Items) switch
    {
        (null, null) => Of(Text + other.Text, Line),
        ({ } ours, { } theirs) => Of([.. ours, .. theirs], Line),
        (null, _) => throw new XlSyntaxException(other.Line, "expected a text after +=, because the option has a text already"),
        _ => throw new XlSyntaxException(other.Line, "expected a list after +=, because the option has a list already"),
    };

    /// <summary>The number, as strtol with the base 0 reads it: decimal, 0x for hexadecimal, 0 for octal.</summary>
    /// <returns>False when it is none, or is more than an <see cref="int"/> holds.</returns>
    public bool TryNumber(out int number)
    {
        number = 0;
        if (Text is not { } text) return false;
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number) && number >= 0;
        if (text.Length < 2 || text[0] != '0') return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
        foreach (var digit in text)
        {
            if (digit is < '0' or > '7' || number > int.MaxValue >> 3) return false;
            number = (number << 3) | (digit - '0');
        }

        return true;
    }

    /// <summary>As it would be written in a file, in one line; what is read back is the same.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Write(text);
        return text.ToString();
    }

    private void Write(StringBuilder output)
    {
        if (Items is { } items)
        {
            output.Append('[');
            for (var i = 0; i < items.Count; i++)
            {
                output.Append(i > 0 ? ", " : "");
                items[i].Write(output);
            }

            output.Append(']');
            return;
        }

        if (Text!.Length > 0 && !Text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            output.Append(Text);
            return;
        }

        output.Append('"');
        foreach (var character in Text)
        {
            if (character is '"' or '\\') output.Append('\\').Append(character);
            else if (character < ' ' || character == '\x7f') output.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}");
            else output.Append(character);
        }

        output.Append('"');
    }
}
