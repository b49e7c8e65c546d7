using Reconciler.Api.Domains;

namespace Reconciler.Api.Scheduling;

/// <summary>Terms of an anti-affinity, laid out to be asked about very many Domains: without an allocation.</summary>
internal sealed class LabelTerms
{
    private readonly KeyValuePair<string, string>[][] _terms;

    private LabelTerms(KeyValuePair<string, string>[][] terms) => _terms = terms;

    /// <summary>Null when there are none.</summary>
    public static LabelTerms? Of(IReadOnlyList<AntiAffinityTerm>? terms) =>
        terms is { Count: > 0 } ? new LabelTerms([.. terms.Select(term => term.LabelSelector.MatchLabels.ToArray())]) : null;

    /// <summary>Whether a Domain with these labels is meant by any of them.</summary>
    public bool Match(IReadOnlyDictionary<string, string>? labels)
    {
        if (labels is null) return false;
        foreach (var term in _terms)
        {
            if (MatchesAll(term, labels)) return true;
        }

        return false;
    }

    private static bool MatchesAll(KeyValuePair<string, string>[] term, IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (name, value) in term)
        {
            if (!labels.TryGetValue(name, out var has) || has != value) return false;
        }

        return true;
    }
}
