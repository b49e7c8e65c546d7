using Reconciler.Testing;

namespace Reconciler.Scale.OneAgent;

/// <summary>All that a run of one agent has measured.</summary>
internal sealed record AgentResult(DateTimeOffset At, Machine Machine, string Programs, string Load, IReadOnlyList<AgentRestart> Restarts, AgentIdle Idle);
