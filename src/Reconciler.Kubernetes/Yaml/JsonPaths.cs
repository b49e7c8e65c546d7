using System.Text;
using System.Text.Json;

namespace Reconciler.Kubernetes.Yaml;

/// <summary>From the paths of <see cref="JsonException"/> to JSON pointers (RFC 6901).</summary>
internal static class JsonPaths
{
    internal static string Escape(string segment) =>
        segment.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>"$.items[0]['a.b']" to "/items/0/a.b". A path that is not understood points as far as it was.</summary>
    internal static string ToPointer(string? path)
    {
        var pointer = new StringBuilder();
        var rest = (path ?? "").AsSpan().TrimStart('$');
        while (rest.Length > 0)
        {
            int end;
            if (rest.StartsWith("['", StringComparison.Ordinal))
            {
                rest = rest[2..];
                end = rest.IndexOf("']", StringComparison.Ordinal);
                if (end < 0) break;
                pointer.Append('/').Append(Escape(rest[..end].ToString()));
                rest = rest[(end + 2)..];
            }
            else if (rest[0] == '[')
            {
                end = rest.IndexOf(']');
                if (end < 0) break;
                pointer.Append('/').Append(rest[1..end]);
                rest = rest[(end + 1)..];
            }
            else if (rest[0] == '.')
            {
                rest = rest[1..];
                end = rest.IndexOfAny('.', '[');
                if (end < 0) end = rest.Length;
                pointer.Append('/').Append(Escape(rest[..end].ToString()));
                rest = rest[end..];
            }
            else
            {
                break;
            }
        }

        return pointer.ToString();
    }
}
