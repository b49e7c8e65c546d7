using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Reconciler.EndToEnd.Tests.Scenarios.LongestFirst))]

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>Begins with the scenarios that take longest, so that none of them runs alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = [Disruptions.Name, SecondLine.Name, nameof(ManyDisksTests), nameof(VolumeTests), nameof(PvDeviceTests)];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Rank(collection)).ThenBy(collection => collection.TestCollectionDisplayName, StringComparer.Ordinal)];

    private static int Rank(ITestCollection collection)
    {
        var rank = Array.FindIndex(Longest, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal));
        return rank < 0 ? Longest.Length : rank;
    }
}
