using Reconciler.Embedded.Resources;

namespace Reconciler.Agent.Commands.Get;

/// <summary>What the words after <c>get</c> mean.</summary>
/// <param name="Types">The kinds to look among.</param>
/// <param name="Names">The names; empty: all.</param>
internal sealed record GetTarget(IReadOnlyList<ResourceType> Types, IReadOnlyList<string> Names)
{
    public static GetTarget Of(IReadOnlyList<string> words, IReadOnlyList<ResourceType> types)
    {
        if (words.Count == 0) return new GetTarget(types, []);
        if (words[0].Split('/') is [var kind, var name] && Find(kind, types) is { Count: > 0 } qualified)
            return new GetTarget(qualified, [name]);
        return Find(words[0], types) is { Count: > 0 } named ? new GetTarget(named, [.. words.Skip(1)]) : new GetTarget(types, words);
    }

    private static IReadOnlyList<ResourceType> Find(string word, IReadOnlyList<ResourceType> types) =>
        [.. types.Where(t => t.ShortNames.Concat(t.Categories).Concat([t.Plural, t.Singular, t.Kind, t.QualifiedName]).Contains(word, StringComparer.OrdinalIgnoreCase))];
}
