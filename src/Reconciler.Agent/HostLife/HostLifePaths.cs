using Reconciler.Agent.Hosts;

namespace Reconciler.Agent.HostLife;

/// <summary>Where the agent and the programs of the host's service meet.</summary>
/// <param name="Kept">The directory of <see cref="State.KeptDomains"/>: outlives the host's reboot.</param>
/// <param name="StopMark">The file of <see cref="Stopping.HostStopMark"/>: does not.</param>
internal sealed record HostLifePaths(string Kept, string StopMark)
{
    /// <summary>Those of a real host are fixed, so that the service of the host finds them whatever agent runs. Null: a simulated one that keeps nothing.</summary>
    /// <param name="host">Which host; resolved.</param>
    /// <param name="state">The state directory of a simulated one.</param>
    public static HostLifePaths? Of(HostKind host, string? state) => host == HostKind.Libxl
        ? new HostLifePaths("/var/lib/reconciler/host/domains", "/run/reconciler/host-stopping")
        : state is null ? null : new HostLifePaths(Path.Combine(state, "host", "domains"), Path.Combine(state, "host-stopping"));
}
