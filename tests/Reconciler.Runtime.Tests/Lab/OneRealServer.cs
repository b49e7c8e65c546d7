namespace Reconciler.Runtime.Tests.Lab;

/// <summary>Tests that share one API server and run one after the other, because some of them stop it or kill it.</summary>
[CollectionDefinition(nameof(OneRealServer))]
public sealed class OneRealServer : ICollectionFixture<RealServer>;
