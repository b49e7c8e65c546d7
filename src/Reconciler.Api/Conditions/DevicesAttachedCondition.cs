using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Conditions;

/// <summary>
/// Whether every VBD and VIF of the domain is attached, and none besides. Written by the agent. Each device's own status tells more.
/// </summary>
[ConditionOf(typeof(Domain))]
public static class DevicesAttachedCondition
{
    public const string Type = "DevicesAttached";

    /// <summary>True: each device is attached, its frontend connected.</summary>
    public const string AllAttached = "AllAttached";

    /// <summary>True: the domain has no devices.</summary>
    public const string NoDevices = "NoDevices";

    /// <summary>False: the domain is not running; its devices are attached when it is started.</summary>
    public const string NotRunning = "NotRunning";

    /// <summary>False: objects that the domain waits for don't exist yet or are not accepted; the message names them.</summary>
    public const string WaitingForObjects = "WaitingForObjects";

    /// <summary>False: devices are being attached; the message names them.</summary>
    public const string Attaching = "Attaching";

    /// <summary>False: devices are being detached; the message names them.</summary>
    public const string Detaching = "Detaching";

    /// <summary>False: a device can't be attached or detached as things are; the message names each, and its own Ready says why.</summary>
    public const string DeviceFailed = "DeviceFailed";
}
