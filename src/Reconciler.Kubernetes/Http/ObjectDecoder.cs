using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Kubernetes.Http;

/// <summary>Decodes one object, and turns each way in which that fails into words.</summary>
internal static class ObjectDecoder
{
    /// <summary>As <see cref="Decode"/>, for objects that must have a name: one without could not be kept, nor told from any other.</summary>
    internal static T? DecodeNamed<T>(ref Utf8JsonReader reader, JsonTypeInfo<T> typeInfo, out string? error)
        where T : class, IKubernetesObject
    {
        var value = Decode(ref reader, typeInfo, out error);
        if (value is null || !string.IsNullOrEmpty(value.Metadata?.Name)) return value;
        error = "the object has no name";
        return null;
    }

    /// <summary>
    /// The fast way for JSON that is known to be one whole value: a reader's next value is first looked through for its end. It takes 64
    /// levels and says nothing of what is wrong: what it can't decode is to be given to the other.
    /// </summary>
    internal static T? DecodeNamed<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> typeInfo)
        where T : class, IKubernetesObject
    {
        try
        {
            var value = JsonSerializer.Deserialize(json, typeInfo);
            return string.IsNullOrEmpty(value?.Metadata?.Name) ? null : value;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return null;
        }
    }

    /// <returns>The object; null with the reason in <paramref name="error"/>.</returns>
    internal static T? Decode<T>(ref Utf8JsonReader reader, JsonTypeInfo<T> typeInfo, out string? error)
        where T : class
    {
        error = null;
        try
        {
            var value = JsonSerializer.Deserialize(ref reader, typeInfo);
            if (value is null) error = "the object is null";
            return value;
        }
        catch (JsonException exception)
        {
            error = Describe(exception);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Converters and init accessors of the type throw what they like; an object must never break the stream that it is in.
            error = exception.Message;
        }

        return null;
    }

    /// <summary>"$.spec.memory: what is wrong", without the line and byte numbers that mean nothing for a frame of a stream.</summary>
    internal static string Describe(JsonException exception)
    {
        var message = exception.Message;
        var end = message.IndexOf(" Path: ", StringComparison.Ordinal);
        if (end < 0) end = message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        if (end > 0) message = message[..end];
        return exception.Path is { Length: > 1 } path ? $"{path}: {message}" : message;
    }
}
