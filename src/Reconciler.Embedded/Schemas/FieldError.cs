using System.Text;

namespace Reconciler.Embedded.Schemas;

/// <summary>One field of an object that is wrong.</summary>
/// <param name="Pointer">RFC 6901: "/spec/memory/size".</param>
/// <param name="Reason">metav1.CauseType: FieldValueInvalid, FieldValueRequired, FieldValueNotSupported, FieldValueTypeInvalid, ...</param>
/// <param name="Message">What is wrong, without the field.</param>
public sealed record FieldError(string Pointer, string Reason, string Message)
{
    /// <summary>"spec.memory.size", "spec.disks[0].name".</summary>
    public string Field => Format(Pointer);

    /// <summary>"spec.memory.size: must be ...".</summary>
    public override string ToString() => $"{Field}: {Message}";

    /// <summary>The pointer of a field as <see cref="Field"/> writes it.</summary>
    public static string ToPointer(string field)
    {
        ArgumentNullException.ThrowIfNull(field);
        var pointer = new StringBuilder();
        foreach (var part in field.Replace("['", "\0", StringComparison.Ordinal).Split('\0'))
        {
            // "a.b[0].c", or after a "['": "x.y'].c"
            var end = part.IndexOf("']", StringComparison.Ordinal);
            if (end >= 0)
                pointer.Append('/').Append(
                    part[..end].Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
            foreach (var name in part[(end < 0 ? 0 : end + 2)..].Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
                pointer.Append('/').Append(name);
        }

        return pointer.ToString();
    }

    private static string Format(string pointer)
    {
        var text = new StringBuilder();
        foreach (var part in pointer.Split('/').Skip(1))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (int.TryParse(name, out _)) text.Append('[').Append(name).Append(']');
            else if (name.Contains('.', StringComparison.Ordinal)) text.Append("['").Append(name).Append("']");
            else text.Append(text.Length == 0 ? "" : ".").Append(name);
        }

        return text.Length == 0 ? "(root)" : text.ToString();
    }
}
