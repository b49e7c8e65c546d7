using Reconciler.Api.Domains;

namespace Reconciler.Api.Scheduling;

/// <summary>How many hosts said what.</summary>
internal static class VerdictCounts
{
    /// <summary>What is counted of hosts that fit.</summary>
    public const string Fits = "Fits";

    private static readonly string[] Names = [Fits, .. Enum.GetNames<UnfitReason>()];

    public static int Length => Names.Length;

    public static int IndexOf(UnfitReason? reason) => reason is { } why ? (int)why + 1 : 0;

    public static string NameOf(UnfitReason reason) => Names[IndexOf(reason)];

    /// <summary>Those that are not zero: Fits first, then in the order in which the filters are asked.</summary>
    public static IReadOnlyList<VerdictCount> Of(int[] counts)
    {
        var result = new List<VerdictCount>(2);
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0) result.Add(new VerdictCount { Reason = Names[i], Hosts = counts[i] });
        }

        return result;
    }
}
