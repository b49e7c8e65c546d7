using Reconciler.Api.Scheduling;

namespace Reconciler.Cli.Planning;

/// <summary>What one host says to one Domain, and what it had when it was asked.</summary>
/// <param name="Row">Verdict and scores.</param>
/// <param name="FreeKiB">Free memory, KiB.</param>
/// <param name="ReservedKiB">Of that, what is spoken for, KiB.</param>
/// <param name="Domains">Domains there.</param>
internal sealed record HostPlan(PlacementRow Row, long FreeKiB, long ReservedKiB, int Domains)
{
    public string Name => Row.Verdict.Host;
}
