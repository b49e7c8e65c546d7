using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Hosts;

/// <summary>The word of a person (or of a machine that has cut the power) that a host does not run any more.</summary>
public sealed record FenceSpec
{
    public const int MaximumLength = 253;

    /// <summary>status.bootId of the boot that has ended.</summary>
    [Length(1, MaximumLength)]
    public required string BootId { get; init; }

    /// <summary>Since when the agent is silent: lastTransitionTime of the condition Ready, whose reason is AgentSilent.</summary>
    public required DateTimeOffset SilentSince { get; init; }

    /// <summary>Who says so: a name, or that of a program.</summary>
    [Length(1, MaximumLength)]
    public required string ConfirmedBy { get; init; }
}
