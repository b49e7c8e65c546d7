using Reconciler.Agent.Mapping;

namespace Reconciler.Agent.HostLife;

/// <summary>That nothing is to be done about a domain now, because of what its host is doing.</summary>
/// <param name="Problem">Why, for its status.</param>
/// <param name="Until">When that ends by itself; null: a signal or a person ends it.</param>
internal sealed record HeldBack(Problem Problem, DateTimeOffset? Until = null);
