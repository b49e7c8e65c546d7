using Reconciler.EndToEnd.Tests.Line;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>
/// Scenarios of one host with all its parts, one by one: an emulated host has one processor, and scenarios that share it take longer together than one after
/// the other. The three lines run side by side.
/// </summary>
[CollectionDefinition(Name)]
public sealed class FirstLine : ICollectionFixture<LineLab>
{
    public const string Name = "First line";
}
