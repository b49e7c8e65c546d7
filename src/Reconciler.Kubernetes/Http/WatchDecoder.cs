using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Json;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Kubernetes.Http;

/// <summary>
/// Decodes the frames of a watch: one JSON object a line, decoded once, straight from the pipe into the typed object.
/// </summary>
/// <remarks>
/// An object that does not fit its type is reported and the stream goes on. A line that is no JSON at all ends it with an error
/// instead: it can't be said which object it was, and a new watch from the last version brings it again.
/// </remarks>
internal sealed class WatchDecoder<T>(PipeReader pipe)
    where T : class, IResource<T>
{
    private readonly JsonTypeInfo<T> _typeInfo = Kind<T>.Definition.JsonTypeInfo;
    private ReadOnlySequence<byte> _buffer;
    private long _scanned;
    private bool _isStarted;
    private bool _isCompleted;

    /// <summary>The next event; null when the stream has ended.</summary>
    /// <exception cref="JsonException">A frame is no JSON.</exception>
    /// <exception cref="EndOfStreamException">The stream ended in the middle of a frame.</exception>
    internal async ValueTask<WatchEvent<T>?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (TryTakeFrame(out var frame))
                if (DecodeFrame(frame) is { } watchEvent) return watchEvent;
            if (_isCompleted) return null;

            // What is decoded goes back to the pipe only here: objects are copied out of it before.
            if (_isStarted) pipe.AdvanceTo(_buffer.Start, _buffer.End);
            _isStarted = true;
            var result = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            (_buffer, _isCompleted) = (result.Buffer, result.IsCompleted);
        }
    }

    private bool TryTakeFrame(out ReadOnlySequence<byte> frame)
    {
        if (_buffer.Slice(_scanned).PositionOf((byte)'\n') is { } end)
        {
            frame = _buffer.Slice(0, end);
            _buffer = _buffer.Slice(_buffer.GetPosition(1, end));
            _scanned = 0;
            return true;
        }

        _scanned = _buffer.Length;
        if (_scanned > DecodeLimits.MaxObjectBytes) throw new JsonException($"a frame is larger than {DecodeLimits.MaxObjectBytes} bytes");
        frame = _isCompleted ? _buffer : default;
        if (!_isCompleted || IsBlank(frame)) return false;

        // A server that ends the stream without a last line feed: whole, or cut off.
        if (!IsWhole(frame)) throw new EndOfStreamException("the watch ended in the middle of a frame");
        (_buffer, _scanned) = (default, 0);
        return true;
    }

    /// <summary>Null for blank lines and types of frames that this build does not know.</summary>
    private WatchEvent<T>? DecodeFrame(ReadOnlySequence<byte> frame)
    {
        if (IsBlank(frame)) return null;
        var reader = new Utf8JsonReader(frame, DecodeLimits.ReaderOptions);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("a frame is no JSON object");

        WatchEventType? type = null;
        Utf8JsonReader objectAt = default;
        WatchEvent<T>? result = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isType, isObject) = (reader.ValueTextEquals("type"u8), reader.ValueTextEquals("object"u8));
            reader.Read();
            if (isType)
            {
                type = ParseType(reader.TextOrNull());
            }
            else if (isObject && type is { } known)
            {
                result = DecodeObject(ref reader, known);
                continue;
            }
            else if (isObject)
            {
                objectAt = reader;
            }

            reader.Skip();
        }

        // API servers send the type first; nothing promises it.
        if (result is null && type is { } late && objectAt.TokenType != JsonTokenType.None) result = DecodeObject(ref objectAt, late);
        return result;
    }

    private static WatchEventType? ParseType(string? text) => text switch
    {
        "ADDED" => WatchEventType.Added,
        "MODIFIED" => WatchEventType.Modified,
        "DELETED" => WatchEventType.Deleted,
        "BOOKMARK" => WatchEventType.Bookmark,
        "ERROR" => WatchEventType.Error,
        _ => null,
    };

    /// <summary>Decodes the object that the reader stands at and leaves it at the object's end.</summary>
    private WatchEvent<T> DecodeObject(ref Utf8JsonReader reader, WatchEventType type)
    {
        var start = reader;
        string? error;
        switch (type)
        {
            case WatchEventType.Bookmark:
                // A bookmark's object has nothing but a version: it would not satisfy its type.
                var bookmark = ObjectSketch.Read(start);
                reader.Skip();
                return new WatchEvent<T>
                {
                    Type = type,
                    ResourceVersion = bookmark.ResourceVersion,
                    InitialEventsEnd = bookmark.InitialEventsEnd,
                };
            case WatchEventType.Error:
                var status = ObjectDecoder.Decode(ref reader, BuiltInJsonContext.Instance.KubernetesStatus, out error);
                if (status is null) SkipFrom(start, out reader);
                return new WatchEvent<T>
                {
                    Type = type,
                    Status = status ?? new KubernetesStatus { Code = 500, Reason = "InternalError", Message = $"an error frame that can't be read: {error}" },
                };
            default:
                var value = ObjectDecoder.DecodeNamed(ref reader, _typeInfo, out error);
                if (value is not null) return new WatchEvent<T> { Type = type, Object = value, ResourceVersion = value.Metadata.ResourceVersion };

                var sketch = ObjectSketch.Read(start);
                SkipFrom(start, out reader);
                return new WatchEvent<T>
                {
                    Type = type,
                    ResourceVersion = sketch.ResourceVersion,
                    Undecodable = new UndecodableObject(sketch.Namespace, sketch.Name, error!),
                };
        }
    }

    // A decoder that failed leaves its reader anywhere.
    private static void SkipFrom(Utf8JsonReader start, out Utf8JsonReader reader)
    {
        reader = start;
        reader.Skip();
    }

    private static bool IsBlank(ReadOnlySequence<byte> text)
    {
        var reader = new SequenceReader<byte>(text);
        reader.AdvancePastAny((byte)' ', (byte)'\t', (byte)'\r', (byte)'\n');
        return reader.End;
    }

    private static bool IsWhole(ReadOnlySequence<byte> frame)
    {
        var reader = new Utf8JsonReader(frame, isFinalBlock: false, new JsonReaderState(DecodeLimits.ReaderOptions));
        return reader.Read() && reader.TrySkip();
    }
}
