namespace Reconciler.Api.Scheduling;

/// <summary>Who does not want to be with whom. It goes both ways, as between Pods: what a Domain on a host asks for counts for one that comes, too.</summary>
/// <remarks>
/// Filed are the Domains that have a host, by their labels and by those that they ask to be apart from: one that comes finds whom it concerns
/// without going through all of them, or asking each host.
/// </remarks>
internal sealed class AntiAffinity
{
    private readonly LabelIndex _labels = new();

    /// <summary>By one label of each term: a Domain that lacks that one is not meant.</summary>
    private readonly LabelIndex _required = new();

    private readonly LabelIndex _preferred = new();

    public void Add(Resident resident)
    {
        foreach (var label in resident.Domain.Metadata.Labels ?? NoLabels) _labels.Add(resident, label);
        foreach (var term in Terms(resident.Required)) _required.Add(resident, term[0]);
        foreach (var term in Terms(resident.Preferred)) _preferred.Add(resident, term[0]);
    }

    public void Remove(Resident resident)
    {
        foreach (var label in resident.Domain.Metadata.Labels ?? NoLabels) _labels.Remove(resident, label);
        foreach (var term in Terms(resident.Required)) _required.Remove(resident, term[0]);
        foreach (var term in Terms(resident.Preferred)) _preferred.Remove(resident, term[0]);
    }

    /// <summary>The Domains that exclude the one that comes, and those that are excluded by it.</summary>
    public IEnumerable<Resident> Rivals(PlacementRequest request) =>
        Minding(request, _required, resident => resident.Required!).Concat(Meant(request, request.Required));

    /// <summary>The Domains that would rather be apart from the one that comes, each once, and once more those that it would rather be apart from.</summary>
    public IEnumerable<Resident> Unwelcome(PlacementRequest request) =>
        Minding(request, _preferred, resident => resident.Preferred!).Concat(Meant(request, request.Preferred));

    /// <summary>Those with a term that means the one that comes.</summary>
    private static IEnumerable<Resident> Minding(PlacementRequest request, LabelIndex index, Func<Resident, LabelTerms> terms)
    {
        var labels = request.Domain.Metadata.Labels;
        foreach (var label in labels ?? NoLabels)
        {
            foreach (var resident in index.Find(request.Domain.Metadata.Namespace, label))
            {
                // Found by each of its terms: taken by the first that matches.
                if (resident.Identity != request.Identity && terms(resident).FirstMatch(labels) is { } term && term[0].Key == label.Key) yield return resident;
            }
        }
    }

    /// <summary>Those that are meant by one of the terms.</summary>
    private IEnumerable<Resident> Meant(PlacementRequest request, LabelTerms? terms)
    {
        var @namespace = request.Domain.Metadata.Namespace;
        foreach (var term in Terms(terms))
        {
            foreach (var resident in _labels.Find(@namespace, term.MinBy(label => _labels.Find(@namespace, label).Count)))
            {
                if (resident.Identity != request.Identity && terms!.FirstMatch(resident.Domain.Metadata.Labels) == term) yield return resident;
            }
        }
    }

    private static IReadOnlyDictionary<string, string> NoLabels { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    private static KeyValuePair<string, string>[][] Terms(LabelTerms? terms) => terms?.All ?? [];
}
