using Reconciler.EndToEnd.Tests.Line;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>
/// Scenarios one by one in a lab of their own: the one that boots a second host, to which no other scenario's domain shall go, and some of those that
/// would otherwise wait for the processor of the host that all others share.
/// </summary>
[CollectionDefinition(Name)]
public sealed class SecondLine : ICollectionFixture<LineLab>
{
    public const string Name = "Second line";
}
