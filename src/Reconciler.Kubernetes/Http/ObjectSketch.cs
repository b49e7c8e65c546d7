using System.Text.Json;

namespace Reconciler.Kubernetes.Http;

/// <summary>What can be told of an object without its type: enough to name it, and to go on watching after it.</summary>
internal readonly record struct ObjectSketch(string? Namespace, string? Name, string? ResourceVersion, bool InitialEventsEnd)
{
    // KEP-3157: marks the bookmark that ends the initial events of a streaming list.
    private const string InitialEventsEndAnnotation = "k8s.io/initial-events-end";

    /// <summary>Looks at the object that the reader stands at. Fields of a wrong type are taken as absent.</summary>
    internal static ObjectSketch Read(Utf8JsonReader reader)
    {
        var sketch = new ObjectSketch();
        if (reader.TokenType != JsonTokenType.StartObject) return sketch;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMetadata = reader.ValueTextEquals("metadata"u8);
            reader.Read();
            if (isMetadata && reader.TokenType == JsonTokenType.StartObject) sketch = ReadMetadata(ref reader);
            else reader.Skip();
        }

        return sketch;
    }

    private static ObjectSketch ReadMetadata(ref Utf8JsonReader reader)
    {
        var sketch = new ObjectSketch();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.TextOrNull();
            reader.Read();
            var text = reader.TextOrNull();
            sketch = field switch
            {
                "name" => sketch with { Name = text },
                "namespace" => sketch with { Namespace = text },
                "resourceVersion" => sketch with { ResourceVersion = text },
                "annotations" when reader.TokenType == JsonTokenType.StartObject =>
                    sketch with { InitialEventsEnd = ReadInitialEventsEnd(ref reader) },
                _ => sketch,
            };
            reader.Skip();
        }

        return sketch;
    }

    private static bool ReadInitialEventsEnd(ref Utf8JsonReader reader)
    {
        var found = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMark = reader.ValueTextEquals(InitialEventsEndAnnotation);
            reader.Read();
            if (isMark && reader.TokenType == JsonTokenType.String) found = reader.ValueTextEquals("true"u8);
            reader.Skip();
        }

        return found;
    }
}
