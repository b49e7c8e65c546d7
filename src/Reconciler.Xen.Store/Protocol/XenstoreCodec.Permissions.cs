using System.Buffers.Text;

namespace Reconciler.Xen.Store.Protocol;

public static partial class XenstoreCodec
{
    // A letter, at most ten digits, a NUL.
    private const int PermissionMax = 12;

    /// <summary>Reads a list such as <c>n0|r3|</c>; false if an entry is no letter of <c>nrwb</c> with a number.</summary>
    public static bool TryReadPermissions(ReadOnlySpan<byte> payload, out XenstorePermission[] permissions)
    {
        var list = new List<XenstorePermission>();
        permissions = [];
        while (!payload.IsEmpty)
        {
            var end = payload.IndexOf((byte)0);
            var entry = end < 0 ? payload : payload[..end];
            payload = end < 0 ? default : payload[(end + 1)..];
            if (entry.Length < 2 || AccessOf(entry[0]) is not { } access) return false;
            if (!Utf8Parser.TryParse(entry[1..], out uint domid, out var used) || used != entry.Length - 1) return false;
            list.Add(new XenstorePermission(domid, access));
        }

        permissions = [.. list];
        return true;
    }

    /// <summary>Writes a list such as <c>n0|r3|</c>.</summary>
    public static byte[] WritePermissions(IReadOnlyList<XenstorePermission> permissions)
    {
        var bytes = new byte[permissions.Count * PermissionMax];
        var length = 0;
        foreach (var (domid, access) in permissions)
        {
            bytes[length++] = LetterOf(access);
            Utf8Formatter.TryFormat(domid, bytes.AsSpan(length), out var digits);
            length += digits;
            bytes[length++] = 0;
        }

        return bytes[..length];
    }

    private static XenstoreAccess? AccessOf(byte letter) => letter switch
    {
        (byte)'n' => XenstoreAccess.None,
        (byte)'r' => XenstoreAccess.Read,
        (byte)'w' => XenstoreAccess.Write,
        (byte)'b' => XenstoreAccess.ReadWrite,
        _ => null,
    };

    private static byte LetterOf(XenstoreAccess access) => access switch
    {
        XenstoreAccess.None => (byte)'n',
        XenstoreAccess.Read => (byte)'r',
        XenstoreAccess.Write => (byte)'w',
        XenstoreAccess.ReadWrite => (byte)'b',
        _ => throw new ArgumentOutOfRangeException(nameof(access), access, "not an access of xenstore"),
    };
}
