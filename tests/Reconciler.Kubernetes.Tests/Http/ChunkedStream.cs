using System.IO.Pipelines;

namespace Reconciler.Kubernetes.Tests.Http;

/// <summary>Bytes that arrive in pieces of given sizes (the sizes come again from the start), and then end.</summary>
internal sealed class ChunkedStream(byte[] bytes, IReadOnlyList<int> sizes) : Stream
{
    private int _position;
    private int _next;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>A reader whose buffers are as small as its pieces, so that values are cut across segments.</summary>
    public static PipeReader Pipe(byte[] bytes, IReadOnlyList<int> sizes) =>
        PipeReader.Create(new ChunkedStream(bytes, sizes), new StreamPipeReaderOptions(bufferSize: 16, minimumReadSize: 1));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var size = Math.Min(Math.Min(sizes[_next++ % sizes.Count], buffer.Length), bytes.Length - _position);
        bytes.AsSpan(_position, size).CopyTo(buffer.Span);
        _position += size;
        return new(size);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
