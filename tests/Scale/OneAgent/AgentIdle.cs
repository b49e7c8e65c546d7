namespace Reconciler.Scale.OneAgent;

/// <summary>What the agent costs when nothing happens.</summary>
/// <param name="Domains">On the host.</param>
/// <param name="Seconds">How long that was.</param>
/// <param name="Cpu">Share of one core.</param>
/// <param name="ResidentMiB">At the end.</param>
/// <param name="PeakResidentMiB">The most since the process was started.</param>
/// <param name="Requests">To the API server, as it counts them; a watch counts when it ends.</param>
internal sealed record AgentIdle(
    int Domains, double Seconds, double Cpu, double ResidentMiB, double PeakResidentMiB, IReadOnlyDictionary<string, double> Requests);
