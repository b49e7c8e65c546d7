using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Reconciler.Api.Domains;

namespace Reconciler.Api.Validation;

/// <summary>Rules that fields of several kinds have in common: each gives an error or null.</summary>
internal static class FieldRules
{
    /// <summary>Those of the schema, parsed once: that takes longer than all else that is judged about an object.</summary>
    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    public static FieldError? Between(string field, int? value, int minimum, int maximum, string unit)
    {
        if (value is not { } number || (number >= minimum && number <= maximum)) return null;
        var (bound, kind) = number < minimum ? (minimum, "less than the minimum") : (maximum, "more than the maximum");
        var message = $"{kind} of {bound}{(unit.Length == 0 ? "" : " ")}{unit}";
        return new FieldError(field, number.ToString(CultureInfo.InvariantCulture), message, $"Set it to {minimum} to {maximum}");
    }

    /// <summary>An enum that was read from JSON is a known one; one that was made in code need not be.</summary>
    public static FieldError? Known<T>(string field, T? value)
        where T : struct, Enum =>
        value is not { } given || Enum.IsDefined(given)
            ? null
            : new FieldError(field, given.ToString(), "not a known value", $"Use one of {string.Join(", ", Enum.GetNames<T>())}");

    /// <param name="field">Its path.</param>
    /// <param name="path">What is given.</param>
    /// <param name="example">Ends the remedy: "such as /boot/vmlinuz".</param>
    /// <param name="what">What the path names.</param>
    public static FieldError? HostPath(string field, string path, string example, string what = "file")
    {
        if (path.Length == 0 || path[0] != '/')
            return new FieldError(field, path, path.Length == 0 ? $"no {what} is named" : "not an absolute path", $"Give an absolute path on the host, {example}");
        if (path.Contains('\0', StringComparison.Ordinal)) return new FieldError(field, path, "contains a NUL character", "Remove it");
        return path.Length <= BootSpec.MaximumPathLength ? null : new FieldError(
            field, path, $"longer than {BootSpec.MaximumPathLength} characters", "Use a shorter path");
    }

    /// <summary>The name of an object of another kind.</summary>
    public static FieldError? ObjectName(string field, string? name, string kind) =>
        !string.IsNullOrEmpty(name) && DnsSubdomain.IsValid(name, XenApi.MaximumObjectNameLength) ? null : new FieldError(
            field,
            string.IsNullOrEmpty(name) ? null : name,
            string.IsNullOrEmpty(name) ? $"no {kind} is named" : $"not the name of a {kind}: lower-case letters, digits, '-' and '.'",
            $"Give the name of a {kind}");

    public static FieldError? HostName(string field, string name) => XenHostName.IsValid(name) ? null : new FieldError(
        field,
        name,
        $"not the name of a XenHost: lower-case letters, digits, '-' and '.', at most {XenApi.MaximumHostNameLength} characters",
        "Use a name that kubectl get xenhosts shows");

    /// <param name="field">Its path.</param>
    /// <param name="value">What is given.</param>
    /// <param name="pattern">The one that the schema has.</param>
    /// <param name="maximum">Characters.</param>
    /// <param name="message">What it is not.</param>
    /// <param name="remedy">What to do.</param>
    public static FieldError? Matches(string field, string? value, string pattern, int maximum, string message, string remedy)
    {
        if (value is null) return new FieldError(field, null, "it must be given", remedy);
        // '$' of .NET lets a line feed follow.
        return value.Length <= maximum && !value.EndsWith('\n') && Patterns.GetOrAdd(pattern, Parse).IsMatch(value)
            ? null
            : new FieldError(field, value, message, remedy);
    }

    /// <param name="field">Its path.</param>
    /// <param name="text">What is given.</param>
    /// <param name="minimum">Bytes.</param>
    /// <param name="example">Ends the remedy: "512Mi".</param>
    public static FieldError? Quantity(string field, string text, long minimum, string example)
    {
        var isQuantity = Api.Quantity.TryParse(text, out var size);
        if (isQuantity && size.Bytes >= minimum) return null;

        var remedy = $"Write a number of bytes with a suffix Ki, Mi, Gi or Ti, such as {example}";
        if (!isQuantity) return new FieldError(field, text, "not a quantity of bytes", remedy);
        var message = text.AsSpan().ContainsAnyExceptInRange('0', '9')
            ? $"less than the minimum of {new Quantity(minimum)}"
            : $"that many bytes are less than the minimum of {new Quantity(minimum)}";
        return new FieldError(field, text, message, remedy);
    }

    /// <summary>Linear in time, as the server's RE2 is.</summary>
    private static Regex Parse(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
