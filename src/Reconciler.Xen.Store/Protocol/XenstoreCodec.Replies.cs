using System.Buffers.Text;
using System.Text;

namespace Reconciler.Xen.Store.Protocol;

public static partial class XenstoreCodec
{
    /// <summary>
    /// A value as text: UTF-8 up to its first NUL, which is what every C client of xenstore sees. Bytes that are no UTF-8 become U+FFFD.
    /// </summary>
    public static string ReadText(ReadOnlySpan<byte> payload)
    {
        var end = payload.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? payload : payload[..end]);
    }

    /// <summary>Strings that each end in a NUL; a last one without it is taken as well.</summary>
    public static string[] ReadStrings(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return [];
        var count = payload.Count((byte)0) + (payload[^1] == 0 ? 0 : 1);
        var strings = new string[count];
        for (var i = 0; i < count; i++)
        {
            strings[i] = ReadText(payload);
            payload = payload[Math.Min(payload.Length, payload.IndexOf((byte)0) + 1)..];
        }

        return strings;
    }

    /// <summary>The payload of <see cref="XenstoreMessageType.Error"/>; names that are not known give <see cref="XenstoreError.Unknown"/>.</summary>
    public static XenstoreError ReadError(ReadOnlySpan<byte> payload)
    {
        var end = payload.IndexOf((byte)0);
        var name = end < 0 ? payload : payload[..end];
        foreach (var (error, spelling) in Errors)
        {
            if (name.SequenceEqual(spelling)) return error;
        }

        return XenstoreError.Unknown;
    }

    /// <summary>The payload of <see cref="XenstoreMessageType.WatchEvent"/>: the path that changed and the token of the watch.</summary>
    public static bool TryReadWatchEvent(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> path, out ReadOnlySpan<byte> token)
    {
        path = token = default;
        var pathEnd = payload.IndexOf((byte)0);
        if (pathEnd < 0) return false;
        var rest = payload[(pathEnd + 1)..];

        // Linux' /dev/xen/xenbus may hand on further strings after the token (drivers/xen/xenbus/xenbus_dev_frontend.c, watch_fired).
        var tokenEnd = rest.IndexOf((byte)0);
        if (tokenEnd < 0) return false;
        path = payload[..pathEnd];
        token = rest[..tokenEnd];
        return true;
    }

    /// <summary>
    /// The payload of <see cref="XenstoreMessageType.DirectoryPart"/>: the generation of the node and its children from the offset asked for.
    /// <paramref name="names"/> holds whole names, each with its NUL; its length is what the next offset grows by.
    /// The last slice is marked by an empty name, which is not in <paramref name="names"/>.
    /// </summary>
    public static bool TryReadDirectoryPart(
        ReadOnlySpan<byte> payload, out ulong generation, out ReadOnlySpan<byte> names, out bool isLast)
    {
        names = default;
        isLast = false;
        generation = 0;
        var end = payload.IndexOf((byte)0);
        if (end < 0 || !Utf8Parser.TryParse(payload[..end], out generation, out var used) || used != end) return false;

        names = payload[(end + 1)..];
        if (names is not [.., 0]) return false;
        isLast = names.Length == 1 || names[^2] == 0;
        if (isLast) names = names[..^1];
        return true;
    }

    /// <summary>An unsigned decimal number, as in transaction ids; false for anything else.</summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> payload, out uint number)
    {
        var end = payload.IndexOf((byte)0);
        var digits = end < 0 ? payload : payload[..end];
        return Utf8Parser.TryParse(digits, out number, out var used) && used == digits.Length;
    }

    private static (XenstoreError Error, byte[] Spelling)[] Errors { get; } =
    [
        .. Enum.GetValues<XenstoreError>()
            .Where(error => error > XenstoreError.Unknown)
            .Select(error => (error, Encoding.ASCII.GetBytes(error.ToString()))),
    ];
}
