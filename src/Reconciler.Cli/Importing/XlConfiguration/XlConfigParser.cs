using System.Text;

namespace Reconciler.Cli.Importing.XlConfiguration;

/// <summary>Reads the language of xl.cfg(5): options, texts, numbers, lists, and nothing else.</summary>
/// <remarks>
/// The grammar is libxlu's (libxlu_cfg_l.l, libxlu_cfg_y.y). It is wider in two points that do no harm: lines may end as on Windows, and a
/// comment in the last line needs no line end. Nesting is bounded, so that no input exhausts the stack.
/// </remarks>
internal sealed class XlConfigParser
{
    public const int MaximumDepth = 64;

    private readonly string _text;
    private int _position;
    private int _line = 1;

    private XlConfigParser(string text) => _text = text;

    /// <summary>The statements, in the order of the file.</summary>
    /// <exception cref="XlSyntaxException">The text is no xl.cfg.</exception>
    public static IReadOnlyList<XlAssignment> Parse(string text)
    {
        var parser = new XlConfigParser(text);
        List<XlAssignment> assignments = [];
        while (parser.ToNextStatement()) assignments.Add(parser.Assignment());
        return assignments;
    }

    private char Current => _position < _text.Length ? _text[_position] : '\0';

    private bool AtEnd => _position >= _text.Length;

    /// <returns>False at the end of the file.</returns>
    private bool ToNextStatement()
    {
        while (true)
        {
            SkipBlanks(lines: true);
            if (AtEnd) return false;
            if (Current != ';') return true;
            _position++;
        }
    }

    private XlAssignment Assignment()
    {
        var line = _line;
        var start = _position;
        if (!char.IsAsciiLetterLower(Current)) throw Unexpected("the name of an option, in lower case");
        while (char.IsAsciiLetterLower(Current) || char.IsAsciiDigit(Current) || Current == '_') _position++;
        var name = _text[start.._position];
        SkipBlanks(lines: false);
        var adds = Current == '+';
        if (adds) _position++;
        if (Current != '=') throw Unexpected($"= or += after {name}");
        _position++;
        SkipBlanks(lines: false);
        var value = Value(depth: 0);
        SkipBlanks(lines: false);
        if (!AtEnd && Current is not (';' or '\n' or '#')) throw Unexpected($"the end of the line after the value of {name}");
        return new XlAssignment(name, adds, value, line);
    }

    private XlValue Value(int depth)
    {
        var line = _line;
        return Current switch
        {
            '\'' or '"' => XlValue.Of(Quoted(), line),
            '[' when depth == MaximumDepth => throw new XlSyntaxException(line, $"lists are nested deeper than {MaximumDepth}; expected fewer"),
            '[' => XlValue.Of(List(depth), line),
            >= '0' and <= '9' => XlValue.Of(Number(), line),
            _ => throw Unexpected("a text in quotes, a number or a list in [ ]"),
        };
    }

    /// <summary>Its first character is a digit, the others those of hexadecimal numbers: strtol says later whether it is a number.</summary>
    private string Number()
    {
        var start = _position;
        while (Current is (>= '0' and <= '9') or (>= 'a' and <= 'f') or 'x') _position++;
        return _text[start.._position];
    }

    private List<XlValue> List(int depth)
    {
        List<XlValue> items = [];
        var opened = _line;
        _position++;
        while (true)
        {
            SkipBlanks(lines: true);
            if (AtEnd) throw new XlSyntaxException(_line, $"the file ends in a list; expected ] for the [ in line {opened}");
            if (Current == ']') break;
            items.Add(Value(depth + 1));
            SkipBlanks(lines: true);
            if (AtEnd) throw new XlSyntaxException(_line, $"the file ends in a list; expected ] for the [ in line {opened}");
            if (Current == ']') break;
            if (Current != ',') throw Unexpected($", or ] in the list that begins in line {opened}");
            _position++;
        }

        _position++;
        return items;
    }

    private string Quoted()
    {
        var quote = Current;
        var text = new StringBuilder();
        _position++;
        while (Current != quote)
        {
            if (AtEnd || Current is '\n' or '\r' or '\0') throw new XlSyntaxException(_line, $"a text is not closed in its line; expected {quote}");
            text.Append(Current == '\\' ? Escape() : _text[_position++]);
        }

        _position++;
        return text.ToString();
    }

    private char Escape()
    {
        _position++;
        var kind = Current;
        if (kind == 'x') return Code(_position + 1, minimum: 2, maximum: 2, numberBase: 16);
        if (kind is >= '0' and <= '7') return Code(_position, minimum: 1, maximum: 3, numberBase: 8);
        char? plain = kind switch
        {
            '"' or '\'' or '\\' => kind,
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            _ => null,
        };
        _position++;
        return plain ?? throw new XlSyntaxException(_line, """a text has an unknown escape; expected one of \" \' \\ \a \b \f \n \r \t \v, \x and two hexadecimal digits, or three octal digits""");
    }

    private char Code(int start, int minimum, int maximum, int numberBase)
    {
        var (end, code) = (start, 0);
        while (end < _text.Length && end - start < maximum && char.IsAsciiHexDigit(_text[end]) && Convert.ToInt32(_text[end..(end + 1)], 16) is var digit && digit < numberBase)
        {
            code = (code * numberBase) + digit;
            end++;
        }

        if (end - start < minimum || code is 0 or > byte.MaxValue)
            throw new XlSyntaxException(_line, "a text has a wrong escape; expected the code of a character, 1 to 255, as \\x and two hexadecimal digits or as octal digits");
        _position = end;
        return (char)code;
    }

    /// <param name="lines">Whether over the ends of lines and comments, too.</param>
    private void SkipBlanks(bool lines)
    {
        while (!AtEnd)
        {
            if (Current is ' ' or '\t' || (Current == '\r' && (_position + 1 == _text.Length || _text[_position + 1] == '\n')))
            {
                _position++;
            }
            else if (lines && Current == '\n')
            {
                _line++;
                _position++;
            }
            else if (lines && Current == '#')
            {
                while (!AtEnd && Current != '\n') _position++;
            }
            else
            {
                return;
            }
        }
    }

    private XlSyntaxException Unexpected(string expected) => new(_line, $"{(AtEnd ? "the file ends" : Current == '\n' ? "the line ends" : $"found {Shown(Current)}")}; expected {expected}");

    private static string Shown(char character) => char.IsControl(character) || char.IsSurrogate(character) ? $"the character U+{(int)character:X4}" : $"\"{character}\"";
}
