namespace Reconciler.StartupProfile;

/// <summary>A method as the JIT names it in its summary (DOTNET_JitStdOutFile): <c>Type:Method[Arguments](parameters):result:this</c>.</summary>
internal sealed record JitMethod(JitType Type, string Name, IReadOnlyList<JitType> Arguments, int Parameters)
{
    /// <summary>Null for what has no name that leads back to metadata, such as stubs of the runtime.</summary>
    public static JitMethod? Parse(string line)
    {
        var start = line.IndexOf("JIT compiled ", StringComparison.Ordinal);
        var end = line.LastIndexOf(" [", StringComparison.Ordinal);
        if (start < 0 || end < start) return null;
        var text = line[(start + 13)..end];
        if (text.StartsWith("(dynamicClass)", StringComparison.Ordinal) || text.Contains('?')) return null;
        var position = 0;
        try
        {
            var type = ReadType(text, ref position);
            if (position >= text.Length || text[position] != ':') return null;
            position++;
            var name = ReadName(text, ref position, "[(");
            // Explicit implementations and local functions have their own brackets in their names.
            IReadOnlyList<JitType> arguments = position < text.Length && text[position] == '[' ? ReadArguments(text, ref position) : [];
            if (position >= text.Length || text[position] != '(') return null;
            return new JitMethod(type, name, arguments, CountParameters(text, position));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static JitType ReadType(string text, ref int position)
    {
        var name = ReadName(text, ref position, "[]:,");
        IReadOnlyList<JitType> arguments = [];
        while (position < text.Length && text[position] == '[')
        {
            if (position + 1 < text.Length && text[position + 1] is ']' or ',')
            {
                // An array.
                while (text[position] != ']') position++;
                position++;
                (name, arguments) = ("[]", [new JitType(name, arguments)]);
                continue;
            }
            arguments = ReadArguments(text, ref position);
        }
        return new JitType(name, arguments);
    }

    private static List<JitType> ReadArguments(string text, ref int position)
    {
        List<JitType> arguments = [];
        do
        {
            position++; // [ or ,
            arguments.Add(ReadType(text, ref position));
            if (position >= text.Length) throw new FormatException(text);
        }
        while (text[position] == ',');
        if (text[position] != ']') throw new FormatException(text);
        position++;
        return arguments;
    }

    /// <summary>To one of those characters outside of angle brackets, in which generated names carry those of their methods.</summary>
    private static string ReadName(string text, ref int position, string ends)
    {
        var start = position;
        var depth = 0;
        for (; position < text.Length; position++)
        {
            var c = text[position];
            if (c == '<') depth++;
            else if (c == '>') depth--;
            else if (depth == 0 && ends.Contains(c)) break;
        }
        return text[start..position];
    }

    private static int CountParameters(string text, int position)
    {
        var (depth, count) = (0, text[position + 1] == ')' ? 0 : 1);
        for (position++; position < text.Length && text[position] != ')'; position++)
        {
            if (text[position] is '[' or '<') depth++;
            else if (text[position] is ']' or '>') depth--;
            else if (text[position] == ',' && depth == 0) count++;
        }
        return count;
    }
}
