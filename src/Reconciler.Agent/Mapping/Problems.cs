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
        XenErrorCode.NotAllowed => new Problem(ReadyCondition.NotAllowed, e.Message),
        XenErrorCode.Timeout => new Problem(ReadyCondition.OperationTimedOut, e.Message),
        XenErrorCode.WorkerLost => new Problem(ReadyCondition.OperationFailed, Describe(e)),
        _ => new Problem(ReadyCondition.OperationFailed, Describe(e)),
    };

    /// <summary>What this host has against the domain: every objection is told, the first one gives the reason.</summary>
    public static Problem From(IReadOnlyList<HostObjection> objections) => new(
        objections[0].Field switch
        {
            "boot.kernel" or "boot.ramdisk" => ReadyCondition.FileNotUsable,
            var field when IsDevice(field) => ReadyCondition.WaitingForDevices,
            _ => ReadyCondition.NotSupported,
        },
        string.Join(" ", objections.Select(o => $"{(IsDevice(o.Field) ? o.Field : $"spec.{o.Field}")}: {o.Message}")));

    /// <summary>A failure of a step about one device, with a reason of the device's Ready.</summary>
    public static Problem OfDevice(XenException e, DeviceKind kind) => e.Code switch
    {
        XenErrorCode.Unavailable => new Problem(DeviceReadyCondition.HostUnavailable, e.Message, Unobserved: true),
        XenErrorCode.NotOurs => new Problem(DeviceReadyCondition.NotOurs, e.Message),
        XenErrorCode.InvalidConfiguration => new Problem(DeviceReadyCondition.SourceNotUsable, Describe(e)),
        XenErrorCode.FileNotUsable => new Problem(kind is DeviceKind.Vif ? DeviceReadyCondition.NetworkNotReady : DeviceReadyCondition.SourceNotUsable, e.Message),
        XenErrorCode.DeviceInUse => new Problem(kind is DeviceKind.Vif ? DeviceReadyCondition.MacAddressInUse : DeviceReadyCondition.SourceBusy, e.Message),
        XenErrorCode.NotSupported => new Problem(DeviceReadyCondition.NotSupported, e.Message),
        XenErrorCode.Timeout => new Problem(DeviceReadyCondition.OperationTimedOut, e.Message),
        XenErrorCode.WorkerLost => new Problem(DeviceReadyCondition.WorkerLost, Describe(e)),
        _ => new Problem(DeviceReadyCondition.OperationFailed, Describe(e)),
    };

    /// <summary>An objection to a device names it: <c>vbd NAME</c>, <c>vif NAME</c>.</summary>
    private static bool IsDevice(string field) => field.StartsWith("vbd ", StringComparison.Ordinal) || field.StartsWith("vif ", StringComparison.Ordinal);

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
