using Reconciler.Api.Domains;
using Reconciler.Api.Networks;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Conditions;

/// <summary>
/// Whether the spec is one that can be acted on. Written by the operator (by the agent, where it runs without Kubernetes). While it is
/// False the agents keep what the last accepted spec asked for.
/// </summary>
[ConditionOf(typeof(Domain), typeof(XenNetwork), typeof(XenStoragePool))]
public static class AcceptedCondition
{
    public const string Type = "Accepted";

    /// <summary>True: the spec is valid.</summary>
    public const string Valid = "Valid";

    /// <summary>False: a field is wrong. The message names each wrong field, its value and the remedy.</summary>
    public const string InvalidSpec = "InvalidSpec";
}
