using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Kubernetes.Http;

/// <summary>
/// Decodes a list while it arrives: item by item, so that no more than one undecoded item is held, and an item that can't be decoded
/// costs only itself.
/// </summary>
internal sealed class ListDecoder<T>
    where T : class, IResource<T>
{
    private const int FirstBufferBytes = 64 * 1024;

    private readonly JsonTypeInfo<T> _typeInfo = Kind<T>.Definition.JsonTypeInfo;
    private readonly List<T> _items = [];
    private readonly List<UndecodableObject> _undecodable = [];

    // Items of built-in kinds carry no apiVersion and kind: they are put in front of each, in this buffer.
    private readonly ArrayBufferWriter<byte> _item = new(4096);
    private readonly byte[] _prefix = TypeMeta.Prefix(Kind<T>.Definition);

    private JsonReaderState _state = new(DecodeLimits.ReaderOptions);
    private Place _place;
    private string? _resourceVersion;
    private string? _continue;

    private enum Place
    {
        Start,
        List,
        Items,
        End,
    }

    /// <exception cref="JsonException">It is not JSON, or no list.</exception>
    /// <exception cref="EndOfStreamException">It ended too early.</exception>
    internal async Task<ResourceList<T>> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        // In one piece: a reader of JSON takes three times as long over one that is in several.
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
        try
        {
            var undecoded = 0;
            while (_place != Place.End)
            {
                // An item that is not there as a whole is walked through again: with twice as much of it, or large ones would cost the square.
                var wanted = Math.Min(Math.Max(2 * undecoded, undecoded + 1), DecodeLimits.MaxObjectBytes + 1);
                if (buffer.Length < wanted) buffer = Enlarge(buffer, undecoded, wanted);
                var length = undecoded + await stream.ReadAtLeastAsync(
                    buffer.AsMemory(undecoded), wanted - undecoded, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                var consumed = Decode(buffer.AsSpan(0, length));
                undecoded = length - consumed;
                if (_place != Place.End)
                {
                    if (length < wanted) throw new EndOfStreamException("the list ended in the middle");
                    if (undecoded > DecodeLimits.MaxObjectBytes)
                        throw new JsonException($"an object is larger than {DecodeLimits.MaxObjectBytes} bytes");
                }

                buffer.AsSpan(consumed, undecoded).CopyTo(buffer);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new ResourceList<T>
        {
            Items = _items,
            Undecodable = _undecodable,
            ResourceVersion = _resourceVersion ?? throw new JsonException("the list has no metadata.resourceVersion"),
            Continue = string.IsNullOrEmpty(_continue) ? null : _continue,
        };
    }

    private static byte[] Enlarge(byte[] buffer, int used, int wanted)
    {
        var larger = ArrayPool<byte>.Shared.Rent(wanted);
        buffer.AsSpan(0, used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <summary>Decodes all that is complete and says how much that was.</summary>
    private int Decode(ReadOnlySpan<byte> buffer)
    {
        var reader = new Utf8JsonReader(buffer, isFinalBlock: false, _state);
        var done = reader;
        while (_place != Place.End && Step(ref reader, buffer)) done = reader;
        _state = done.CurrentState;
        return (int)done.BytesConsumed;
    }

    /// <summary>One member of the list or one item; false when it is not there as a whole yet.</summary>
    private bool Step(ref Utf8JsonReader reader, ReadOnlySpan<byte> buffer)
    {
        if (!reader.Read()) return false;
        switch (_place)
        {
            case Place.Start:
                if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("the answer is no JSON object");
                _place = Place.List;
                return true;
            case Place.Items when reader.TokenType == JsonTokenType.EndArray:
                _place = Place.List;
                return true;
            case Place.Items:
                var start = (int)reader.TokenStartIndex;
                if (!reader.TrySkip()) return false;
                AddItem(buffer[start..(int)reader.BytesConsumed]);
                return true;
            case Place.List when reader.TokenType == JsonTokenType.EndObject:
                _place = Place.End;
                return true;
            default:
                return Member(ref reader);
        }
    }

    private bool Member(ref Utf8JsonReader reader)
    {
        var isItems = reader.ValueTextEquals("items"u8);
        var isMetadata = reader.ValueTextEquals("metadata"u8);
        if (!reader.Read()) return false;
        if (isItems && reader.TokenType == JsonTokenType.StartArray)
        {
            _place = Place.Items;
            return true;
        }

        var value = reader;
        if (!reader.TrySkip()) return false;
        if (isMetadata) ReadMetadata(value);
        return true;
    }

    private void ReadMetadata(Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.TextOrNull();
            reader.Read();
            if (field == "resourceVersion") _resourceVersion = reader.TextOrNull();
            else if (field == "continue") _continue = reader.TextOrNull();

            // Never false: the caller has seen the end of the metadata. (Skip does not work in readers that may get more.)
            reader.TrySkip();
        }
    }

    private void AddItem(ReadOnlySpan<byte> json)
    {
        if (json[0] != '{')
        {
            _undecodable.Add(new UndecodableObject(null, null, "an item of the list is no object"));
            return;
        }

        var whole = WithTypeMeta(json);
        if (ObjectDecoder.DecodeNamed(whole, _typeInfo) is { } item)
        {
            _items.Add(item);
            return;
        }

        var reader = new Utf8JsonReader(whole, DecodeLimits.ReaderOptions);
        reader.Read();
        var start = reader;
        item = ObjectDecoder.DecodeNamed(ref reader, _typeInfo, out var error);
        if (item is not null)
        {
            _items.Add(item);
            return;
        }

        var sketch = ObjectSketch.Read(start);
        _undecodable.Add(new UndecodableObject(sketch.Namespace, sketch.Name, error!));
    }

    /// <summary>The item with apiVersion and kind in front: as it is, when it has them there, as custom resources do.</summary>
    private ReadOnlySpan<byte> WithTypeMeta(ReadOnlySpan<byte> json)
    {
        if (json.StartsWith(_prefix)) return json;
        _item.ResetWrittenCount();
        _item.Write(_prefix);
        var members = json[1..];
        if (members.TrimStart(" \t\r\n"u8)[0] != '}') _item.Write(","u8);
        _item.Write(members);
        return _item.WrittenSpan;
    }
}
