using System.Collections.Frozen;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Conditions;

/// <summary>
/// Who writes what in a Domain's status. One rule, for both sides.
/// </summary>
/// <remarks>
/// <para>Two managers write the status by server-side apply, each sending all the fields that it owns each time.</para>
/// <list type="bullet">
/// <item><c>reconciler-operator</c> owns <c>host</c>, <c>move</c>, <c>placement</c> and the conditions Accepted and Placed.</item>
/// <item><c>reconciler-agent</c>, of the host that holds the domain, owns everything else.</item>
/// <item>The condition Ready must be there from the first moment, and before placement nobody but the operator can write it. So the
/// operator owns Ready while its reason is one of the operator's, and the agent takes it over by writing one of its own reasons. It goes
/// back only with a move: the agent that is left gives it back (Vacated), and with fence evidence the operator takes it. The operator then leaves it out of what it applies: an item that another manager owns stays.</item>
/// <item><c>observedGeneration</c> of the status goes with Ready: whoever owns it says which generation the object was judged by.</item>
/// </list>
/// <para>Guarantee: an operator that works on an old copy can't take Ready back, because it applies with the resourceVersion that it
/// decided by, and a conflict makes it read again.</para>
/// </remarks>
public static class ReadyOwnership
{
    private static readonly FrozenSet<string> OperatorReasons = new[]
    {
        ReadyCondition.NotAccepted, ReadyCondition.NoHost, ReadyCondition.WaitingForAgent, ReadyCondition.WaitingForHost,
        ReadyCondition.Vacated,
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the operator writes Ready and observedGeneration: nobody has yet, or what is there is the operator's.</summary>
    public static bool IsOperators(DomainStatus? status) =>
        status?.Conditions.Find(ReadyCondition.Type) is not { } ready || OperatorReasons.Contains(ready.Reason);
}
