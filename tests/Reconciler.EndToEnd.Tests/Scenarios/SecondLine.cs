using Reconciler.EndToEnd.Tests.Line;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>
/// Scenarios one by one in a lab whose host can run PVH guests, and of two hosts, which wait more than they work: the second one is booted there, to which
/// no other scenario's domain shall go.
/// </summary>
[CollectionDefinition(Name)]
public sealed class SecondLine : ICollectionFixture<AllGuestsLineLab>
{
    public const string Name = "Second line";
}
