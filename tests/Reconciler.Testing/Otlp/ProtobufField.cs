namespace Reconciler.Testing.Otlp;

/// <summary>One field of a protocol buffers message (protobuf.dev/programming-guides/encoding).</summary>
/// <param name="Number">Its number in the .proto file.</param>
/// <param name="Number64">Of a varint or a fixed-width number; else 0.</param>
/// <param name="Bytes">Of a string, bytes or message; else empty.</param>
internal readonly record struct ProtobufField(int Number, ulong Number64, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>As a string.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>As an id.</summary>
    public string Hex => Convert.ToHexStringLower(Bytes.Span);

    /// <summary>The fields of a message, in their order.</summary>
    public static IEnumerable<ProtobufField> Read(ReadOnlyMemory<byte> message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint(message.Span, ref at);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    yield return new(number, Varint(message.Span, ref at), default);
                    break;
                case 1:
                    yield return new(number, BitConverter.ToUInt64(message.Span.Slice(at, 8)), default);
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message.Span, ref at);
                    yield return new(number, 0, message.Slice(at, length));
                    at += length;
                    break;
                case 5:
                    yield return new(number, BitConverter.ToUInt32(message.Span.Slice(at, 4)), default);
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"wire type {tag & 7} at byte {at}");
            }
        }
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }
}
