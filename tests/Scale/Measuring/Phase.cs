namespace Reconciler.Scale.Measuring;

/// <summary>What a phase of the run has cost.</summary>
/// <param name="Name">idle, trickle, create, churn or delete.</param>
/// <param name="Seconds">How long it was.</param>
/// <param name="OperatorCpu">Share of one core, 0 to 1 and above.</param>
/// <param name="AgentsCpu">Share of one core, all agents together.</param>
/// <param name="OperatorResidentMiB">At its end.</param>
/// <param name="AgentsResidentMiB">At its end, all agents together.</param>
/// <param name="Requests">To the API server for this project's kinds, events and leases, by verb, without those of the run itself.</param>
internal sealed record Phase(
    string Name, double Seconds, double OperatorCpu, double AgentsCpu, double OperatorResidentMiB, double AgentsResidentMiB,
    IReadOnlyDictionary<string, double> Requests);
