using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Reconciler.Kubernetes.Yaml;

/// <summary>
/// What a scalar means. The rules are those of kubectl (sigs.k8s.io/yaml on goyaml.v2, resolve.go): YAML 1.1's words for booleans
/// ("yes", "off", "y"), integers in four bases with underscores, dates left as strings. Quoted is always a string.
/// </summary>
/// <param name="Value">Null, a <see cref="bool"/>, <see cref="BigInteger"/>, <see cref="double"/> or <see cref="string"/>.</param>
internal readonly partial record struct YamlScalar(object? Value)
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    /// <exception cref="FormatException">The tag and the text contradict each other, or JSON has no such value.</exception>
    internal static YamlScalar Resolve(Scalar scalar)
    {
        if (scalar.Tag.IsEmpty) return new(scalar.Style is ScalarStyle.Plain ? ResolvePlain(scalar.Value) : scalar.Value);
        if (scalar.Tag.IsNonSpecific) return new(scalar.Style is ScalarStyle.Plain && scalar.Tag.Value != "!" ? ResolvePlain(scalar.Value) : scalar.Value);
        var tag = scalar.Tag.Value;
        if (!tag.StartsWith(TagPrefix, StringComparison.Ordinal)) throw new FormatException($"the tag {tag} is not supported");
        tag = tag[TagPrefix.Length..];
        var resolved = tag is "str" or "timestamp" or "binary" ? scalar.Value : ResolvePlain(scalar.Value);
        return (tag, resolved) switch
        {
            ("str" or "timestamp", _) => new(scalar.Value),
            ("binary", _) => new(FromBase64(scalar.Value)),
            ("null", null) or ("bool", bool) or ("int", BigInteger) or ("float", double) => new(resolved),
            ("float", BigInteger integer) => new((double)integer),
            _ => throw new FormatException($"\"{scalar.Value}\" is not a value of !!{tag}"),
        };
    }

    /// <summary>True when the text, written without quotes, is read as this very string.</summary>
    internal static bool IsPlainString(string text) => text != "<<" && ResolvePlain(text, throwOnSpecial: false) is string;

    internal JsonNode? ToJson() => Value switch
    {
        null => null,
        bool value => JsonValue.Create(value),
        BigInteger value when value >= long.MinValue && value <= long.MaxValue => JsonValue.Create((long)value),
        BigInteger value => JsonNode.Parse(value.ToString(CultureInfo.InvariantCulture)),
        double value => JsonValue.Create(value),
        string value => JsonValue.Create(value),
        _ => throw new InvalidOperationException($"{Value.GetType()} is no scalar."),
    };

    /// <summary>Keys of JSON are strings; kubectl writes a key that is a number or boolean as JSON would.</summary>
    internal string ToKey() => Value is string text
        ? text
        : ToJson()?.ToJsonString() ?? throw new FormatException("a key is empty or null; quote it if it is meant");

    private static object? ResolvePlain(string text, bool throwOnSpecial = true)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "true" or "True" or "TRUE" or "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON":
                return true;
            case "false" or "False" or "FALSE" or "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF":
                return false;
            case ".nan" or ".NaN" or ".NAN" or ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF":
                return throwOnSpecial ? throw new FormatException($"{text} has no place in JSON") : null;
        }

        if (text[0] is not ('+' or '-' or '.' or (>= '0' and <= '9'))) return text;
        var digits = text[0] == '.' ? text : text.Replace("_", "", StringComparison.Ordinal);
        if (ParseInteger(digits) is { } integer) return integer;
        if (Decimal().IsMatch(digits)
            && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number;
        }

        return text;
    }

    private static BigInteger? ParseInteger(string text)
    {
        var negative = text[0] == '-';
        var rest = text[0] is '-' or '+' ? text.AsSpan(1) : text;
        var (radix, prefix) = rest switch
        {
            ['0', 'x' or 'X', ..] => (16, 2),
            ['0', 'o' or 'O', ..] => (8, 2),
            ['0', 'b' or 'B', ..] => (2, 2),
            ['0', _, ..] => (8, 1),
            _ => (10, 0),
        };
        rest = rest[prefix..];

        if (rest.Length is 0 or > 100) return null;
        var value = BigInteger.Zero;
        foreach (var character in rest)
        {
            var digit = char.IsAsciiHexDigit(character) ? Convert.ToInt32(character.ToString(), 16) : int.MaxValue;
            if (digit >= radix) return null;
            value = (value * radix) + digit;
        }

        return negative ? -value : value;
    }

    private static string FromBase64(string text)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(text));
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new FormatException("the value of !!binary is not the base64 of a UTF-8 text", exception);
        }
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Decimal();
}
