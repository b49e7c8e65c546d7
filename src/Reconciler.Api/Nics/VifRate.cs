using System.Globalization;

namespace Reconciler.Api.Nics;

/// <summary>How fast a guest may send: the part of xl-network-configuration(5)'s <c>rate=</c> without an interval.</summary>
public static class VifRate
{
    /// <summary>What a rate looks like, for the schema.</summary>
    public const string Pattern = "^[1-9][0-9]{0,8}[KMG]?[bB]/s$";

    /// <summary>The longest text, characters.</summary>
    public const int MaximumLength = 13;

    /// <summary>The least that can be asked for, bytes a second (8Kb/s): with less no connection comes about.</summary>
    public const long MinimumBytesPerSecond = 1000;

    // What MinimumBytesPerSecond says, on the text: with K, M or G the number counts in thousands, and only "1Kb/s" to "7Kb/s" are less.
    internal const string AtLeastMinimum =
        "self.matches('^[0-9]+[MG][bB]/s$') || self.matches('^[0-9]+KB/s$')"
        + " || self.matches('^([89]|[0-9]{2,9})Kb/s$') || self.matches('^[0-9]{4,9}B/s$') || self.matches('^([89][0-9]{3}|[0-9]{5,9})b/s$')";

    /// <summary>Reads a rate.</summary>
    /// <returns>False when the text is no rate. One that is less than <see cref="MinimumBytesPerSecond"/> is one.</returns>
    public static bool TryParse(string? text, out long bytesPerSecond)
    {
        bytesPerSecond = 0;
        if (text is null || text.Length is < 4 or > MaximumLength || !text.EndsWith("/s", StringComparison.Ordinal)) return false;
        var isBits = text[^3] == 'b';
        if (!isBits && text[^3] != 'B') return false;

        var number = text.AsSpan(0, text.Length - 3);
        var factor = number[^1] switch { 'K' => 1_000L, 'M' => 1_000_000L, 'G' => 1_000_000_000L, _ => 1L };
        if (factor > 1) number = number[..^1];
        if (number.Length is 0 or > 9 || number[0] == '0' || number.ContainsAnyExceptInRange('0', '9')) return false;

        var amount = long.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture) * factor;
        bytesPerSecond = isBits ? amount / 8 : amount;
        return true;
    }
}
