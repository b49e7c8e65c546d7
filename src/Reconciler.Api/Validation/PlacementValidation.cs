using System.Globalization;
using Reconciler.Api.Domains;

namespace Reconciler.Api.Validation;

/// <summary>Where a Domain asks to go.</summary>
internal static class PlacementValidation
{
    public static IEnumerable<FieldError> Validate(PlacementSpec? placement)
    {
        if (placement is null) return [];
        var preferred = placement.PreferredHosts ?? [];
        return
        [
            .. AtMost("spec.placement.preferredHosts", preferred.Count, PlacementSpec.MaximumPreferredHosts, "hosts"),
            .. preferred.Select((name, i) => FieldRules.HostName($"spec.placement.preferredHosts[{i}]", name)).OfType<FieldError>(),
            .. Terms("spec.placement.antiAffinity.required", placement.AntiAffinity?.Required ?? []),
            .. Terms("spec.placement.antiAffinity.preferred", placement.AntiAffinity?.Preferred ?? []),
        ];
    }

    private static IEnumerable<FieldError> Terms(string path, IReadOnlyList<AntiAffinityTerm> terms) =>
    [
        .. AtMost(path, terms.Count, AntiAffinitySpec.MaximumTerms, "terms"),
        .. terms.Select((term, i) => Selector($"{path}[{i}].labelSelector.matchLabels", term)).OfType<FieldError>(),
    ];

    private static FieldError? Selector(string path, AntiAffinityTerm term) => term.LabelSelector.MatchLabels.Count > 0 ? null : new FieldError(
        path, null, "at least one label must be given: no label would mean every Domain", "Give the labels of the Domains to be kept apart from, such as app: db");

    private static IEnumerable<FieldError> AtMost(string path, int count, int maximum, string what)
    {
        if (count > maximum)
            yield return new FieldError(path, count.ToString(CultureInfo.InvariantCulture), $"more than the maximum of {maximum} {what}", "Take some out");
    }
}
