using System.Globalization;
using System.Numerics;

namespace Reconciler.Api;

/// <summary>
/// An amount of bytes as the Kubernetes API writes it: a decimal number with an optional suffix, binary (Ki, Mi, Gi, Ti) or decimal
/// (k, M, G, T). The part of resource.Quantity that <see cref="Pattern"/> allows: no sign, no exponent, no milli.
/// </summary>
/// <param name="Bytes">Whole bytes, not negative.</param>
public readonly record struct Quantity(long Bytes) : IComparable<Quantity>
{
    /// <summary>What a quantity looks like, for the schema.</summary>
    public const string Pattern = @"^[0-9]+(\.[0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$";

    /// <summary>
    /// The bytes of <c>self</c>, as a CEL expression, a fraction not rounded up: at least N bytes are more than N-1. CEL's own quantities came with
    /// API server 1.29; plain string functions work from 1.25 on.
    /// </summary>
    internal const string CelBytes =
        "(self.endsWith('Ki') ? double(self.replace('Ki', '')) * 1024.0"
        + " : self.endsWith('Mi') ? double(self.replace('Mi', '')) * 1048576.0"
        + " : self.endsWith('Gi') ? double(self.replace('Gi', '')) * 1073741824.0"
        + " : self.endsWith('Ti') ? double(self.replace('Ti', '')) * 1099511627776.0"
        + " : self.endsWith('k') ? double(self.replace('k', '')) * 1000.0"
        + " : self.endsWith('M') ? double(self.replace('M', '')) * 1000000.0"
        + " : self.endsWith('G') ? double(self.replace('G', '')) * 1000000000.0"
        + " : self.endsWith('T') ? double(self.replace('T', '')) * 1000000000000.0"
        + " : double(self))";

    /// <summary>Longest text, characters: a longer one is no amount of memory, and would only cost time.</summary>
    public const int MaximumLength = 32;

    // In the order in which the canonical form prefers them: the first that divides is taken.
    private static readonly (string Suffix, long Factor)[] Suffixes =
    [
        ("Ti", 1L << 40), ("Gi", 1L << 30), ("Mi", 1L << 20), ("Ki", 1L << 10),
        ("T", 1_000_000_000_000), ("G", 1_000_000_000), ("M", 1_000_000), ("k", 1_000),
    ];

    /// <summary>Whole KiB, rounded down: the unit of libxenlight.</summary>
    public long KiB => Bytes / 1024;

    public static Quantity FromKiB(long kib) => new(checked(kib * 1024));

    /// <summary>Reads a quantity. A fraction of a byte is rounded up, as resource.Quantity.Value() does.</summary>
    /// <returns>False when the text is no quantity, or is more than 2^63 - 1 bytes.</returns>
    public static bool TryParse(string? text, out Quantity quantity)
    {
        quantity = default;
        if (text is null || text.Length is 0 or > MaximumLength) return false;

        var number = TrimSuffix(text, out var factor);
        var point = number.IndexOf('.');
        var whole = point < 0 ? number : number[..point];
        var fraction = point < 0 ? [] : number[(point + 1)..];
        if (!IsDigits(whole) || (point >= 0 && !IsDigits(fraction))) return false;

        var scale = BigInteger.Pow(10, fraction.Length);
        var scaled = BigInteger.Parse(string.Concat(whole, fraction), NumberStyles.None, CultureInfo.InvariantCulture) * factor;
        var bytes = (scaled + scale - 1) / scale;
        if (bytes > long.MaxValue) return false;
        quantity = new Quantity((long)bytes);
        return true;
    }

    /// <summary>Reads a quantity that is known to be one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Quantity Parse(string text) =>
        TryParse(text, out var quantity) ? quantity : throw new FormatException($"\"{text}\" is no quantity of bytes, such as 512Mi or 4Gi.");

    /// <summary>
    /// The canonical form: the greatest binary suffix that leaves a whole number ("512Mi", "1536Ki"), else the greatest decimal one,
    /// else plain bytes.
    /// </summary>
    public override string ToString()
    {
        if (Bytes == 0) return "0";
        foreach (var (suffix, factor) in Suffixes)
        {
            if (Bytes % factor == 0) return $"{Bytes / factor}{suffix}";
        }

        return Bytes.ToString(CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public int CompareTo(Quantity other) => Bytes.CompareTo(other.Bytes);

    public static bool operator <(Quantity left, Quantity right) => left.Bytes < right.Bytes;

    public static bool operator >(Quantity left, Quantity right) => left.Bytes > right.Bytes;

    public static bool operator <=(Quantity left, Quantity right) => left.Bytes <= right.Bytes;

    public static bool operator >=(Quantity left, Quantity right) => left.Bytes >= right.Bytes;

    private static ReadOnlySpan<char> TrimSuffix(string text, out long factor)
    {
        foreach (var (suffix, value) in Suffixes)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal)) continue;
            factor = value;
            return text.AsSpan(0, text.Length - suffix.Length);
        }

        factor = 1;
        return text;
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');
}
