namespace Reconciler.Api.Scheduling;

/// <summary>Who does not want to be with whom. It goes both ways, as between Pods: what a Domain on the host asks for counts for one that comes, too.</summary>
internal static class AntiAffinity
{
    /// <summary>A Domain on the host that excludes the one that comes, or is excluded by it: the first by name. Null when there is none.</summary>
    public static Resident? Rival(PlacementRequest request, HostState host)
    {
        Resident? first = null;
        foreach (var resident in host.MustBeApart)
        {
            if (IsAnother(request, resident) && resident.Required!.Match(request.Domain.Metadata.Labels)) first = First(first, resident);
        }

        if (request.Required is not { } terms) return first;
        foreach (var resident in host.Residents)
        {
            if (IsAnother(request, resident) && terms.Match(resident.Domain.Metadata.Labels)) first = First(first, resident);
        }

        return first;
    }

    /// <summary>How many wishes there are, of Domains on the host and of the one that comes, to be apart.</summary>
    public static int Unwelcome(PlacementRequest request, HostState host)
    {
        var count = 0;
        foreach (var resident in host.RatherApart)
        {
            if (IsAnother(request, resident) && resident.Preferred!.Match(request.Domain.Metadata.Labels)) count++;
        }

        if (request.Preferred is not { } terms) return count;
        foreach (var resident in host.Residents)
        {
            if (IsAnother(request, resident) && terms.Match(resident.Domain.Metadata.Labels)) count++;
        }

        return count;
    }

    /// <summary>Another Domain of the same namespace: only those are meant.</summary>
    private static bool IsAnother(PlacementRequest request, Resident resident) =>
        resident.Identity != request.Identity && request.Domain.Metadata.Namespace == resident.Domain.Metadata.Namespace;

    private static Resident First(Resident? first, Resident other) =>
        first is null || string.CompareOrdinal(other.Domain.Metadata.Name, first.Domain.Metadata.Name) < 0 ? other : first;
}
