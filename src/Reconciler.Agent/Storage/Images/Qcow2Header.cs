using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Reconciler.Agent.Storage.Images;

/// <summary>The head of a Qcow2 image, as QEMU's docs/interop/qcow2.txt has it.</summary>
/// <param name="VirtualSize">Bytes that the guest sees.</param>
/// <param name="Fault">Why the image can't be used; null: nothing in its head says so.</param>
internal sealed record Qcow2Header(long VirtualSize, string? Fault)
{
    private const uint Magic = 0x514649FB; // "QFI\xfb"
    private const int Length2 = 72;
    private const int Length3 = 104;
    private const ulong Corrupt = 1 << 1;
    private const ulong ExternalData = 1 << 2;

    /// <summary>Null: it is no Qcow2 image.</summary>
    public static Qcow2Header? Read(string path)
    {
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        return Read(file);
    }

    /// <inheritdoc cref="Read(string)"/>
    public static Qcow2Header? Read(SafeFileHandle file)
    {
        Span<byte> bytes = stackalloc byte[Length3];
        bytes = bytes[..RandomAccess.Read(file, bytes, 0)];
        return bytes.Length < 8 || BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic ? null : Parse(bytes, RandomAccess.GetLength(file));
    }

    private static Qcow2Header Parse(ReadOnlySpan<byte> bytes, long length)
    {
        var version = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if (version is not (2 or 3)) return new Qcow2Header(0, $"it is of version {version}; 2 and 3 are known");
        if (bytes.Length < (version == 2 ? Length2 : Length3)) return new Qcow2Header(0, "it ends within its header");

        var clusterBits = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]);
        var size = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
        var entries = BinaryPrimitives.ReadUInt32BigEndian(bytes[36..]);
        var table = BinaryPrimitives.ReadUInt64BigEndian(bytes[40..]);
        var features = version == 2 ? 0 : BinaryPrimitives.ReadUInt64BigEndian(bytes[72..]);
        var backing = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        return new Qcow2Header((long)Math.Min(size, long.MaxValue), 0 switch
        {
            _ when clusterBits is < 9 or > 21 || size > long.MaxValue => "its header is damaged",
            _ when (features & Corrupt) != 0 => "QEMU has marked it as corrupt; qemu-img check -r all may repair it",
            _ when backing != 0 => "it lies over another file (a backing file), which this host does not allow; make one image of the two with qemu-img convert",
            _ when (features & ExternalData) != 0 => "its data is in another file, which this host does not allow; make one image of the two with qemu-img convert",
            // The table of what is where lies anywhere in the file: of an image that was cut short it is usually missing.
            _ when table > (ulong)length || (ulong)length - table < entries * 8UL => "it ends before its table of clusters does: it was cut short",
            _ => null,
        });
    }
}
