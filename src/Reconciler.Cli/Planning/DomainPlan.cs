using Reconciler.Api.Domains;
using Reconciler.Api.Scheduling;

namespace Reconciler.Cli.Planning;

/// <summary>Where one Domain would go, and what every host says to it.</summary>
/// <param name="Domain">As in the manifest.</param>
/// <param name="CurrentHost">The host that it has in the cluster; null when it has none, or is not there.</param>
/// <param name="Request">What it asks of a host.</param>
/// <param name="Decision">The choice.</param>
/// <param name="Hosts">The chosen host, then those that fit, the best first, then the others by name.</param>
internal sealed record DomainPlan(Domain Domain, string? CurrentHost, PlacementRequest Request, PlacementDecision Decision, IReadOnlyList<HostPlan> Hosts)
{
    public string Name => $"{Domain.Metadata.Namespace}/{Domain.Metadata.Name}";
}
