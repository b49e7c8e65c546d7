using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>Which objects are meant, by their labels (as metav1.LabelSelector, of which it has matchLabels).</summary>
[Atomic]
public sealed record LabelSelector
{
    /// <summary>Labels that an object must have, each with this value. At least one.</summary>
    [ValidationRule("size(self) > 0", "at least one label must be given: no label would mean every Domain")]
    public required IReadOnlyDictionary<string, string> MatchLabels { get; init; }

    /// <summary>Whether these are labels of an object that is meant.</summary>
    public bool Matches(IReadOnlyDictionary<string, string>? labels)
    {
        foreach (var (name, value) in MatchLabels)
        {
            if (labels is null || !labels.TryGetValue(name, out var has) || has != value) return false;
        }

        return true;
    }
}
