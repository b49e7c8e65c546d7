using System.Text.Json;

namespace Reconciler.Kubernetes.Http;

/// <summary>Reading from JSON that nobody has checked.</summary>
internal static class JsonReading
{
    /// <summary>The string or name that the reader stands at; null when it is something else, or no Unicode (bad UTF-8, half a surrogate pair).</summary>
    internal static string? TextOrNull(this ref readonly Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName)) return null;
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // The reader checks the grammar of a string, and its characters only here.
            return null;
        }
    }
}
