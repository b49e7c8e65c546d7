namespace Reconciler.EndToEnd.Tests.Line;

/// <summary>The fail point of the lab's agent and its workers (docs/decisions/0017-fail-points.md): tests/lab/lab.sh starts the agent with it.</summary>
internal static class FailPointLab
{
    private const string File = "/run/reconciler-fail-point";

    /// <summary>The next process that reaches the place strikes.</summary>
    public static Task ArmAsync(this LineLab lab, string place, string victim, CancellationToken cancellation) =>
        lab.Xen.ExecAsync($"echo {place} {victim} >{File}.new && mv {File}.new {File}", cancellation);

    /// <summary>Waits until the place was reached, and where <paramref name="agentDies"/> until the agent is gone.</summary>
    public static Task StruckAsync(this LineLab lab, bool agentDies, CancellationToken cancellation) => lab.Xen.ExecAsync(
        $"agent=$(cat /run/reconciler-agent.pid); for i in $(seq 1200); do [ -e {File}.reached ] && break; sleep 0.1; done; " +
        $"rm {File}.reached" + (agentDies ? "; while [ -d /proc/$agent ]; do sleep 0.1; done" : ""),
        cancellation);
}
