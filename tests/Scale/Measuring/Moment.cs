using Reconciler.Testing;

namespace Reconciler.Scale.Measuring;

/// <summary>One look, once a second.</summary>
/// <param name="Seconds">Since the first create.</param>
/// <param name="Created">Domains created so far.</param>
/// <param name="Running">Domains seen Running so far.</param>
/// <param name="QueueDepth">Keys that wait in the operator.</param>
/// <param name="Operator">What the operator has used.</param>
/// <param name="Agents">What the agents' process has used.</param>
internal sealed record Moment(double Seconds, int Created, int Running, double QueueDepth, ProcessUsage Operator, ProcessUsage Agents);
