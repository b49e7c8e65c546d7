namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>Scenarios that take away a part which the other scenarios need: they run one by one, after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Disruptions
{
    public const string Name = "Disruptions";
}
