using Reconciler.Agent.Mapping;
using Reconciler.Xen.Execution;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Domains;

/// <summary>What one pass over a Domain came to.</summary>
internal sealed record PassResult
{
    /// <summary>What was found at the end of the pass.</summary>
    public required DomainFindings Findings { get; init; }

    /// <summary>How far the plan was carried out; null when none was begun.</summary>
    public ExecutionResult? Execution { get; init; }

    /// <summary>The pass failed, and is tried again with back-off.</summary>
    public XenException? Failure { get; init; }

    /// <summary>Nothing was to be done, because of what the host is doing.</summary>
    public bool IsHeldBack { get; init; }

    /// <summary>When to look again at the latest; null when only a change calls for it.</summary>
    public TimeSpan? LookAgainAfter { get; init; }
}
