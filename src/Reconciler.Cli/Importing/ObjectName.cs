using System.Text;
using Reconciler.Api;

namespace Reconciler.Cli.Importing;

/// <summary>Names of objects out of the names that people give to guests and bridges.</summary>
internal static class ObjectName
{
    /// <summary>
    /// The name, if it is a DNS subdomain (RFC 1123), else one that is near to it: in lower case, and with one '-' for whatever may not be there.
    /// </summary>
    /// <returns>Null when nothing of it can stay.</returns>
    public static string? Of(string text)
    {
        var name = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var lower = Rune.ToLowerInvariant(rune);
            var separates = !lower.IsAscii || !char.IsAsciiLetterOrDigit((char)lower.Value);
            if (!separates)
            {
                name.Append((char)lower.Value);
            }
            else if (rune.Value == '.')
            {
                // Each label ends with a letter or a digit.
                while (name.Length > 0 && name[^1] == '-') name.Length--;
                if (name.Length > 0 && name[^1] != '.') name.Append('.');
            }
            else if (name.Length > 0 && name[^1] != '.' && (name[^1] != '-' || rune.Value == '-'))
            {
                name.Append('-');
            }
        }

        if (name.Length > XenApi.MaximumObjectNameLength) name.Length = XenApi.MaximumObjectNameLength;
        while (name.Length > 0 && name[^1] is ('-' or '.')) name.Length--;
        return name.Length == 0 ? null : name.ToString();
    }
}
