using Reconciler.Api.Domains;

namespace Reconciler.Api.Scheduling;

/// <summary>Terms of an anti-affinity, laid out to be asked about very many Domains.</summary>
/// <remarks>Arrays: to go through a dictionary that is known by its interface is an allocation each time.</remarks>
internal sealed class LabelTerms
{
    private LabelTerms(KeyValuePair<string, string>[][] terms) => All = terms;

    /// <summary>The labels of each, at least one.</summary>
    public KeyValuePair<string, string>[][] All { get; }

    /// <summary>Null when there are none. One without a label is not accepted in a spec, and means nobody.</summary>
    public static LabelTerms? Of(IReadOnlyList<AntiAffinityTerm>? terms)
    {
        if (terms is not { Count: > 0 }) return null;
        KeyValuePair<string, string>[][] all = [.. terms.Select(term => term.LabelSelector.MatchLabels.ToArray()).Where(labels => labels.Length > 0)];
        return all.Length > 0 ? new LabelTerms(all) : null;
    }

    /// <summary>The first that means a Domain with these labels; null when none does.</summary>
    public KeyValuePair<string, string>[]? FirstMatch(IReadOnlyDictionary<string, string>? labels)
    {
        foreach (var term in All)
        {
            if (MatchAll(term, labels)) return term;
        }

        return null;
    }

    /// <summary>Whether all of the wanted labels are among others.</summary>
    public static bool MatchAll(KeyValuePair<string, string>[] wanted, IReadOnlyDictionary<string, string>? labels)
    {
        foreach (var (name, value) in wanted)
        {
            if (labels is null || !labels.TryGetValue(name, out var has) || has != value) return false;
        }

        return true;
    }
}
