using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Conditions;

/// <summary>
/// Whether the running domain was started from a spec that differs in fields which take effect at the next start. Computed anew each
/// time, by the agent.
/// </summary>
[ConditionOf(typeof(Domain))]
public static class RestartRequiredCondition
{
    public const string Type = "RestartRequired";

    /// <summary>False: it runs what the spec says.</summary>
    public const string UpToDate = "UpToDate";

    /// <summary>False: it is not running; the next start uses the spec.</summary>
    public const string NotRunning = "NotRunning";

    /// <summary>True: fields were changed since it started; the message names them. Set powerState to Halted and back to Running.</summary>
    public const string SpecChanged = "SpecChanged";
}
