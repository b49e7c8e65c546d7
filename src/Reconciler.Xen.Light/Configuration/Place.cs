using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Reconciler.Xen.Light.Configuration;

/// <summary>A place in a JSON document: property names, and item numbers.</summary>
internal sealed record Place(IReadOnlyList<object> Segments)
{
    public Place Property(string name) => new([.. Segments, name]);

    public Place Item(int index) => new([.. Segments, index]);

    /// <summary>The smallest document that has <paramref name="json"/> at this place. In lists it is the only item.</summary>
    public string Containing(string json)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            foreach (var segment in Segments)
            {
                if (segment is string name)
                {
                    writer.WriteStartObject();
                    writer.WritePropertyName(name);
                }
                else
                {
                    writer.WriteStartArray();
                }
            }
            writer.WriteRawValue(json);
            foreach (var segment in Segments.Reverse())
            {
                if (segment is string) writer.WriteEndObject();
                else writer.WriteEndArray();
            }
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Whether a document has something at this place. Any item of a list will do.</summary>
    public bool IsIn(JsonElement document) => IsIn(document, 0);

    private bool IsIn(JsonElement value, int depth)
    {
        if (depth == Segments.Count) return true;
        if (Segments[depth] is string name)
            return value.ValueKind is JsonValueKind.Object && value.TryGetProperty(name, out var property) && IsIn(property, depth + 1);
        return value.ValueKind is JsonValueKind.Array && value.EnumerateArray().Any(item => IsIn(item, depth + 1));
    }

    public override string ToString() =>
        string.Concat(Segments.Select((segment, i) => segment is int index ? $"[{index}]" : i == 0 ? segment : $".{segment}"));
}
