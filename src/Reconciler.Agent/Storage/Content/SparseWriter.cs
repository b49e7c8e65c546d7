using Microsoft.Win32.SafeHandles;

namespace Reconciler.Agent.Storage.Content;

/// <summary>Writes an image front to back to a place that reads as zeroes, and leaves out what is zero: it takes no room there.</summary>
internal sealed class SparseWriter(SafeFileHandle target)
{
    /// <summary>Bytes. Of file systems and thin pools the usual unit, or a multiple of it.</summary>
    private const int Block = 64 << 10;

    /// <summary>Bytes so far, zeroes included.</summary>
    public long Length { get; private set; }

    /// <summary>Appends.</summary>
    /// <exception cref="IOException">The file system is full, or fails.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            var part = bytes[..(int)Math.Min(bytes.Length, Block - (Length % Block))];
            if (part.Span.ContainsAnyExcept((byte)0)) await RandomAccess.WriteAsync(target, part, Length, cancellationToken);
            Length += part.Length;
            bytes = bytes[part.Length..];
        }
    }

    /// <summary>Gives a file its whole length, where it ends with zeroes. (A device has its own.)</summary>
    public void End()
    {
        if (RandomAccess.GetLength(target) < Length) RandomAccess.SetLength(target, Length);
    }
}
