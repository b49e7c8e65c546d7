using Reconciler.Api.Domains;

namespace Reconciler.Api.Scheduling;

/// <summary>Who does not want to be with whom. It goes both ways, as between Pods: what a Domain on the host asks for counts for one that comes, too.</summary>
internal static class AntiAffinity
{
    /// <summary>A Domain on the host that excludes the one that comes, or is excluded by it: the first by name. Null when there is none.</summary>
    public static Resident? Rival(PlacementRequest request, HostState host)
    {
        if (request.AntiAffinity?.Required is not { Count: > 0 } && host.Secluded == 0) return null;
        Resident? first = null;
        foreach (var resident in host.Residents)
        {
            if (resident.Identity != request.Identity && Exclude(request, resident) && (first is null || Name(resident, first) < 0)) first = resident;
        }

        return first;
    }

    /// <summary>How many Domains on the host the one that comes would rather not be with, or would rather not be with it.</summary>
    public static int Unwelcome(PlacementRequest request, HostState host)
    {
        if (request.AntiAffinity?.Preferred is not { Count: > 0 } && host.Secluded == 0) return 0;
        var count = 0;
        foreach (var resident in host.Residents)
        {
            if (resident.Identity == request.Identity || !SameNamespace(request, resident)) continue;
            if (Match(request.AntiAffinity?.Preferred, resident.Domain) || Match(resident.AntiAffinity?.Preferred, request.Domain)) count++;
        }

        return count;
    }

    private static bool Exclude(PlacementRequest request, Resident resident) => SameNamespace(request, resident)
        && (Match(request.AntiAffinity?.Required, resident.Domain) || Match(resident.AntiAffinity?.Required, request.Domain));

    private static bool SameNamespace(PlacementRequest request, Resident resident) => request.Domain.Metadata.Namespace == resident.Domain.Metadata.Namespace;

    private static bool Match(IReadOnlyList<AntiAffinityTerm>? terms, Domain domain)
    {
        if (terms is null) return false;
        foreach (var term in terms)
        {
            if (term.LabelSelector.Matches(domain.Metadata.Labels)) return true;
        }

        return false;
    }

    private static int Name(Resident a, Resident b) => string.CompareOrdinal(a.Domain.Metadata.Name, b.Domain.Metadata.Name);
}
