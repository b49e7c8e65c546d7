namespace Reconciler.Embedded.Selection;

/// <summary>A field selector over metadata.name and metadata.namespace: all that custom resources have by default.</summary>
internal sealed class FieldSelector
{
    private readonly IReadOnlyList<(string Field, string Value, bool Equal)> _requirements;

    private FieldSelector(IReadOnlyList<(string Field, string Value, bool Equal)> requirements) => _requirements = requirements;

    /// <exception cref="FormatException">The text is no selector, or names another field.</exception>
    public static FieldSelector Parse(string? text)
    {
        var requirements = new List<(string, string, bool)>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0) throw new FormatException($"invalid selector: '{part}'; can't understand '{part}'");
            var equal = part[at - 1] != '!';
            var field = (equal ? part[..at] : part[..(at - 1)]).Trim();
            var value = part[(at + 1)..].TrimStart('=').Trim();
            if (field is not ("metadata.name" or "metadata.namespace")) throw new FormatException($"field label not supported: {field}");
            requirements.Add((field, value, equal));
        }

        return new FieldSelector(requirements);
    }

    public bool Matches(string? @namespace, string name) =>
        _requirements.All(r => (r.Value == (r.Field == "metadata.name" ? name : @namespace ?? "")) == r.Equal);
}
