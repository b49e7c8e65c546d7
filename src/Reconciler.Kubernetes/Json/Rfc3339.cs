using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Reconciler.Kubernetes.Json;

/// <summary>The date-time of RFC 3339 section 5.6, as Go's time.RFC3339Nano reads it.</summary>
internal static class Rfc3339
{
    // "2006-01-02T15:04:05.123456789+00:00"
    private const int MaxLength = 35;

    internal static DateTimeOffset Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException($"A time is a string (RFC 3339), not {reader.TokenType}.");

        // Times hold no character that needs an escape, but a server may escape any.
        Span<byte> buffer = stackalloc byte[MaxLength * 6];
        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        if (length <= buffer.Length && TryParse(buffer[..reader.CopyString(buffer)], out var value)) return value;
        throw new JsonException("A time is written as 2006-01-02T15:04:05Z (RFC 3339), with at most 9 digits of a second.");
    }

    internal static void Write(Utf8JsonWriter writer, DateTimeOffset value, int fractionDigits)
    {
        Span<byte> buffer = stackalloc byte[MaxLength];
        var format = fractionDigits == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
        value.UtcDateTime.TryFormat(buffer, out var written, format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(buffer[..written]);
    }

    /// <summary>Digits of a second beyond the seventh (100 ns) are cut off: .NET has no place for them.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset value)
    {
        value = default;
        if (text.Length is < 20 or > MaxLength) return false;
        if (!Number(text[..4], out var year) || text[4] != '-' || !Number(text[5..7], out var month) || text[7] != '-'
            || !Number(text[8..10], out var day) || text[10] is not ((byte)'T' or (byte)'t') || !Number(text[11..13], out var hour)
            || text[13] != ':' || !Number(text[14..16], out var minute) || text[16] != ':' || !Number(text[17..19], out var second))
        {
            return false;
        }

        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        var rest = text[19..];
        if (!TryFraction(ref rest, out var fractionTicks) || !TryOffset(rest, out var offset)) return false;

        var ticks = new DateTime(year, month, day, hour, minute, second).Ticks + fractionTicks;
        var utcTicks = ticks - offset.Ticks;
        if (utcTicks < DateTimeOffset.MinValue.UtcTicks || utcTicks > DateTimeOffset.MaxValue.UtcTicks) return false;
        value = new DateTimeOffset(ticks, offset);
        return true;
    }

    internal static bool TryParse(string text, out DateTimeOffset value) => TryParse(Encoding.UTF8.GetBytes(text), out value);

    private static bool TryFraction(ref ReadOnlySpan<byte> rest, out long ticks)
    {
        ticks = 0;
        if (rest[0] != '.') return true;
        var digits = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits is < 1 or > 9) return false;
        for (var i = 0; i < 7; i++) ticks = (ticks * 10) + (i < digits ? rest[1 + i] - '0' : 0);
        rest = rest[(1 + digits)..];
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out TimeSpan offset)
    {
        offset = default;
        if (text.Length == 1) return text[0] is (byte)'Z' or (byte)'z';
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !Number(text[1..3], out var hours) || !Number(text[4..6], out var minutes) || hours > 14 || minutes > 59)
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0);
        if (offset > TimeSpan.FromHours(14)) return false;
        if (text[0] == '-') offset = -offset;
        return true;
    }

    private static bool Number(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
