namespace Reconciler.Embedded.Schemas;

/// <summary>Guesses which field a misspelt one was meant to be.</summary>
internal static class NearestName
{
    private const int SearchDepth = 3;

    /// <summary>": did you mean "memory"?", or nothing.</summary>
    public static string Suggest(string name, SchemaNode parent)
    {
        var near = parent.Properties.Keys
            .Select(candidate => (candidate, distance: Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .Where(c => c.distance <= Math.Max(1, Math.Min(name.Length, c.candidate.Length) / 3))
            .OrderBy(c => c.distance).ThenBy(c => c.candidate, StringComparer.Ordinal)
            .Select(c => c.candidate)
            .FirstOrDefault();
        near ??= Below(name, parent, SearchDepth);
        return near is null ? "" : $"; did you mean \"{near}\"?";
    }

    // A field on the wrong level: "vcpus" where "cpu.vcpus" is meant.
    private static string? Below(string name, SchemaNode node, int depth)
    {
        if (depth == 0) return null;
        foreach (var (key, child) in node.Properties)
        {
            if (child.Properties.ContainsKey(name)) return $"{key}.{name}";
            if (Below(name, child, depth - 1) is { } path) return $"{key}.{path}";
        }

        return null;
    }

    /// <summary>Edits (insert, delete, replace, swap neighbours) from one word to the other: optimal string alignment.</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
