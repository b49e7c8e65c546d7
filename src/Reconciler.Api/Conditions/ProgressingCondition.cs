using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Conditions;

/// <summary>Whether something is going on that brings the domain nearer to its spec by itself. Written by the agent.</summary>
[ConditionOf(typeof(Domain))]
public static class ProgressingCondition
{
    public const string Type = "Progressing";

    /// <summary>False: the domain is what the spec asks for.</summary>
    public const string Converged = "Converged";

    /// <summary>False: nothing goes on until something else changes; the reason of Ready says what.</summary>
    public const string Blocked = "Blocked";

    /// <summary>True: steps are being taken on the host.</summary>
    public const string Working = "Working";

    /// <summary>True: an event on the host, or a deadline, is awaited; see status.currentOperations.</summary>
    public const string Waiting = "Waiting";

    /// <summary>True: a step failed and is tried again.</summary>
    public const string Retrying = "Retrying";
}
