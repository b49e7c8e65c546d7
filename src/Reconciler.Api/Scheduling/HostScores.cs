namespace Reconciler.Api.Scheduling;

/// <summary>How well a host that fits suits a domain, each 0 (worst) to 100 (best).</summary>
/// <param name="PreferredHost">Its place in placement.preferredHosts.</param>
/// <param name="AntiAffinity">The fewer Domains there that one would rather be apart from, the better.</param>
/// <param name="LastHost">It had the domain last.</param>
/// <param name="Memory">The share of its memory that is left when the domain is there.</param>
/// <param name="Spread">The fewer Domains there, the better.</param>
/// <remarks>
/// The weights, in one place. Each is as much as all that come after it together and one more, so a score that is at its best decides
/// against all that follow at theirs: what people asked for (a host by name, then company) comes before what the operator thinks up. The
/// last host comes before balance because moving has a price (caches, open doubts about where data is) and imbalance of one domain has
/// next to none. Memory comes before the number of domains because it is what runs out on a Xen host: it is not overcommitted.
/// </remarks>
public readonly record struct HostScores(int PreferredHost, int AntiAffinity, int LastHost, int Memory, int Spread)
{
    public const int PreferredHostWeight = 16;
    public const int AntiAffinityWeight = 8;
    public const int LastHostWeight = 4;
    public const int MemoryWeight = 2;
    public const int SpreadWeight = 1;

    private const int Best = 100;

    /// <summary>The weighted sum: 0 to 3,100.</summary>
    public int Total => (PreferredHost * PreferredHostWeight) + (AntiAffinity * AntiAffinityWeight) + (LastHost * LastHostWeight)
        + (Memory * MemoryWeight) + (Spread * SpreadWeight);

    internal static HostScores Of(Inquiry inquiry, HostState host)
    {
        var left = inquiry.AvailableKiB(host) - (inquiry.Request.Footprint?.TotalKiB ?? 0);
        return new HostScores(
            OfPreference(inquiry.Placement?.PreferredHosts, host.Name),
            Best / (1 + inquiry.Unwelcome(host)),
            inquiry.Request.LastHost == host.Name ? Best : 0,
            host.TotalKiB <= 0 ? 0 : (int)Math.Clamp(left * Best / host.TotalKiB, 0, Best),
            Math.Max(0, Best - host.Domains));
    }

    private static int OfPreference(IReadOnlyList<string>? preferred, string host)
    {
        for (var i = 0; i < preferred?.Count; i++)
        {
            if (preferred[i] == host) return Best * (preferred.Count - i) / preferred.Count;
        }

        return 0;
    }
}
