using Reconciler.Api.Conditions;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Mapping;

/// <summary>From a failure of the host to the reason and message of a condition.</summary>
internal static class Problems
{
    public static Problem From(XenException e) => e.Code switch
    {
        XenErrorCode.Unavailable => new Problem(ReadyCondition.HostUnavailable, $"{e.Message}. What the domain does is not known until the host answers.", Unobserved: true),
        XenErrorCode.AlreadyExists => new Problem(ReadyCondition.NameConflict, e.Message),
        XenErrorCode.NotOurs => new Problem(ReadyCondition.NotOurs, e.Message),
        XenErrorCode.InvalidConfiguration => new Problem(ReadyCondition.InvalidConfiguration, Describe(e)),
        XenErrorCode.FileNotUsable => new Problem(ReadyCondition.FileNotUsable, e.Message),
        XenErrorCode.NotEnoughMemory => new Problem(ReadyCondition.NotEnoughMemory, e.Message),
        XenErrorCode.NotSupported => new Problem(ReadyCondition.NotSupported, e.Message),
        XenErrorCode.Timeout => new Problem(ReadyCondition.OperationTimedOut, e.Message),
        XenErrorCode.WorkerLost => new Problem(ReadyCondition.OperationFailed, Describe(e)),
        _ => new Problem(ReadyCondition.OperationFailed, Describe(e)),
    };

    /// <summary>What this host has against the domain: every objection is told, the first one gives the reason.</summary>
    public static Problem From(IReadOnlyList<HostObjection> objections) =>
        new(objections[0].Field is "boot.kernel" or "boot.ramdisk" ? ReadyCondition.FileNotUsable : ReadyCondition.NotSupported, string.Join(" ", objections.Select(o => $"spec.{o.Field}: {o.Message}")));

    /// <summary>One line: the message, and those of its causes that it does not repeat already. Where it was thrown tells nobody anything.</summary>
    public static string Describe(XenException e)
    {
        var text = e.Message;
        for (var cause = e.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (!text.Contains(cause.Message, StringComparison.Ordinal))
                text += $" ({cause.Message})";
        }
        return text;
    }
}
