using Reconciler.EndToEnd.Tests.Line;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>Scenarios that take away a part which other scenarios need, or need the host to themselves: they run one by one on a line of their own, beside all others.</summary>
[CollectionDefinition(Name)]
public sealed class Disruptions : ICollectionFixture<LineLab>
{
    public const string Name = "Disruptions";
}
