using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Reconciler.Xen.Store.Protocol;

namespace Reconciler.Xen.Store.Tests.Protocol;

public sealed class XenstoreCodecProperties
{
    private static readonly Gen<byte[]> Bytes = Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf();

    private static readonly Gen<string> Text = Gen.Elements([.. "/abc-@_09é€"]).ArrayOf().Select(characters => new string(characters));

    private static readonly Gen<XenstoreHeader> Header =
        from type in Gen.Elements(Enum.GetValues<XenstoreMessageType>())
        from id in ArbMap.Default.GeneratorFor<uint>()
        from transaction in ArbMap.Default.GeneratorFor<uint>()
        from length in ArbMap.Default.GeneratorFor<uint>()
        select new XenstoreHeader(type, id, transaction, length);

    private static readonly Gen<(XenstoreHeader Header, string Text, byte[] Tail)> Message =
        from header in Header
        from text in Text
        from tail in Bytes
        select (header, text, tail);

    [Fact]
    public void Headers_survive_the_wire() => Check(Header, header =>
    {
        var bytes = new byte[XenstoreHeader.Size];
        XenstoreCodec.WriteHeader(bytes, header);
        return XenstoreCodec.TryReadHeader(bytes, out var read) && read == header;
    });

    [Fact]
    public void Messages_survive_the_wire_and_their_size_is_known_beforehand() => Check(Message, message =>
    {
        var bytes = Encode(message);
        return XenstoreCodec.TryReadFrame(bytes, out var frame) == FrameStatus.Complete
            && frame.Size == bytes.Length
            && frame.Header == message.Header with { Length = (uint)frame.Payload.Length }
            && frame.Payload.SequenceEqual((byte[])[.. Encoding.UTF8.GetBytes(message.Text), 0, .. message.Tail]);
    });

    [Fact]
    public void Every_proper_prefix_of_a_message_is_incomplete() => Check(Message, message =>
    {
        var bytes = Encode(message);
        return Enumerable.Range(0, bytes.Length).All(length => XenstoreCodec.TryReadFrame(bytes.AsSpan(0, length), out _) == FrameStatus.Incomplete);
    });

    [Fact]
    public void Messages_are_the_same_however_the_stream_is_cut() => Check(
        from messages in Message.ListOf()
        from cuts in Gen.Choose(1, 40).NonEmptyListOf()
        select (messages, cuts),
        input =>
        {
            var stream = input.messages.SelectMany(Encode).ToArray();
            List<byte> pending = [];
            List<byte[]> found = [];
            for (var (at, cut) = (0, 0); at < stream.Length; cut++)
            {
                var size = Math.Min(input.cuts[cut % input.cuts.Count], stream.Length - at);
                pending.AddRange(stream[at..(at + size)]);
                at += size;
                while (XenstoreCodec.TryReadFrame(pending.ToArray(), out var frame) == FrameStatus.Complete)
                {
                    found.Add([.. pending.Take(frame.Size)]);
                    pending.RemoveRange(0, frame.Size);
                }
            }

            return pending.Count == 0 && found.SequenceEqual(input.messages.Select(Encode), ByteArrays.Instance);
        });

    [Fact]
    public void Random_bytes_never_crash_a_decoder_nor_make_it_read_past_their_end() => Check(
        Gen.Frequency((1, Bytes), (2, Bytes.Select(bytes => bytes.Select(value => (byte)(value % 3 == 0 ? 0 : '0' + (value % 10))).ToArray()))),
        bytes =>
        {
            // The decoders get a slice of a larger array: whatever they return must lie inside the slice.
            byte[] guarded = [.. "guard"u8, .. bytes, .. "guard\0guard\0"u8];
            var payload = guarded.AsSpan(5, bytes.Length);
            var status = XenstoreCodec.TryReadFrame(payload, out var frame);
            XenstoreCodec.TryReadPermissions(payload, out var permissions);
            XenstoreCodec.TryReadNumber(payload, out _);
            XenstoreCodec.ReadError(payload);
            return (status != FrameStatus.Complete || frame.Size <= bytes.Length)
                && !XenstoreCodec.ReadText(payload).Contains("guard", StringComparison.Ordinal)
                && XenstoreCodec.ReadStrings(payload).Sum(text => Encoding.UTF8.GetByteCount(text)) <= 3 * bytes.Length
                && permissions.Length <= bytes.Length
                && (!XenstoreCodec.TryReadWatchEvent(payload, out var path, out var token) || path.Length + token.Length + 2 <= bytes.Length)
                && (!XenstoreCodec.TryReadDirectoryPart(payload, out _, out var names, out _) || names.Length < bytes.Length);
        });

    [Fact]
    public void Strings_survive_the_wire() => Check(
        Text.Where(text => text.Length > 0).ListOf(),
        strings => XenstoreCodec.ReadStrings(Encoding.UTF8.GetBytes(string.Concat(strings.Select(text => text + "\0")))).SequenceEqual(strings));

    [Fact]
    public void Permissions_survive_the_wire() => Check(
        (from domid in ArbMap.Default.GeneratorFor<uint>()
         from access in Gen.Elements(XenstoreAccess.None, XenstoreAccess.Read, XenstoreAccess.Write, XenstoreAccess.ReadWrite)
         select new XenstorePermission(domid, access)).ListOf(),
        permissions =>
            XenstoreCodec.TryReadPermissions(XenstoreCodec.WritePermissions(permissions), out var read) && read.SequenceEqual(permissions));

    [Fact]
    public void A_request_that_passes_the_check_never_exceeds_the_payload() => Check(
        from length in Gen.Choose(0, 5000)
        from tail in Gen.Choose(0, 5000)
        select (length, tail),
        input =>
            XenstoreCodec.CheckRequest("/" + new string('é', input.length), input.tail) != XenstoreError.None
            || XenstoreCodec.FrameSize("/" + new string('é', input.length), new byte[input.tail]) <= XenstoreLimits.Frame);

    private static byte[] Encode((XenstoreHeader Header, string Text, byte[] Tail) message)
    {
        var bytes = new byte[XenstoreCodec.FrameSize(message.Text, message.Tail)];
        var (type, id, transaction, _) = message.Header;
        XenstoreCodec.WriteFrame(bytes, type, id, transaction, message.Text, message.Tail).ShouldBe(bytes.Length);
        return bytes;
    }

    private static void Check<T>(Gen<T> inputs, Func<T, bool> property) =>
        Prop.ForAll(inputs.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithQuietOnSuccess(true));

    private sealed class ByteArrays : IEqualityComparer<byte[]>
    {
        public static readonly ByteArrays Instance = new();

        public bool Equals(byte[]? left, byte[]? right) => left.AsSpan().SequenceEqual(right);

        public int GetHashCode(byte[] bytes) => bytes.Length;
    }
}
