using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Reconciler.Xen.Light.Worker;

namespace Reconciler.Xen.Light.Tests.Worker;

public sealed class LineReaderTests
{
    [Fact]
    public void Lines_are_the_same_however_the_stream_is_cut() => Prop.ForAll(
        (string[] lines, byte cut) =>
        {
            string[] sent = [.. lines.Select(line => (line ?? "").Replace("\n", ""))];
            CutStream stream = new(Encoding.UTF8.GetBytes(string.Concat(sent.Select(line => line + "\n"))), cut % 7 + 1);
            var expected = sent.Select(line => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(line)));
            return ReadAll(new LineReader(stream, 1 << 20)).SequenceEqual(expected);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Long_lines_make_room_and_short_ones_follow()
    {
        var big = new string('x', 100_000);
        ReadAll(new LineReader(new CutStream(Encoding.UTF8.GetBytes($"a\n{big}\n\nb\n"), 3000), 1 << 20)).ShouldBe(["a", big, "", "b"]);
    }

    [Fact]
    public void A_line_that_never_ends_is_refused_and_not_kept_forever() =>
        Should.Throw<InvalidDataException>(() => ReadAll(new LineReader(new CutStream(new byte[100_000], 1000), 10_000)));

    [Fact]
    public void A_last_line_without_an_end_was_cut_off_and_is_dropped() =>
        ReadAll(new LineReader(new CutStream("whole\nhal"u8.ToArray(), 100), 100)).ShouldBe(["whole"]);

    private static List<string> ReadAll(LineReader reader)
    {
        List<string> lines = [];
        while (reader.ReadAsync().AsTask().GetAwaiter().GetResult() is { } line) lines.Add(Encoding.UTF8.GetString(line.Span));
        return lines;
    }

    private sealed class CutStream(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, most)], cancellationToken);
    }
}
