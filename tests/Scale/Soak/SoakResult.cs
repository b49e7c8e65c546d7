using Reconciler.Testing;

namespace Reconciler.Scale.Soak;

/// <summary>What a run over a lossy network has shown. Times are in seconds, by the clock of the run, which sees the API server without loss.</summary>
/// <param name="At">When.</param>
/// <param name="Machine">Where.</param>
/// <param name="Programs">Which builds were run.</param>
/// <param name="Options">What was asked for.</param>
/// <param name="PacketsLost">Dropped on the way, both directions.</param>
/// <param name="PacketsForwarded">Not dropped.</param>
/// <param name="Flaps">Each time that Ready of the host or of a Domain was not True any more, while the agent lived: "12.3 XenHost xen-000 Unknown AgentSilent".</param>
/// <param name="RenewalGaps">Between two renewals of the host's Lease, while the agent lived.</param>
/// <param name="Requests">Of all parts, as the API server counts them.</param>
/// <param name="HostUnknownAfter">From the agent's SIGKILL until the host was Ready=Unknown.</param>
/// <param name="DomainsUnknownAfter">The same, until the last of its Domains was.</param>
/// <param name="LastRenewalBefore">How old the last renewal was when the agent was killed.</param>
internal sealed record SoakResult(
    DateTimeOffset At, Machine Machine, string Programs, SoakOptions Options, long PacketsLost, long PacketsForwarded, IReadOnlyList<string> Flaps, Percentiles RenewalGaps,
    IReadOnlyDictionary<string, double> Requests, double HostUnknownAfter, double DomainsUnknownAfter, double LastRenewalBefore);
