namespace Reconciler.Api.Devices;

/// <summary>What a device is doing, in one word: the values of status.state of a VBD or VIF.</summary>
public static class DeviceState
{
    /// <summary>It waits for something that is not there yet: its Domain, a host, the Domain's start.</summary>
    public const string Pending = "Pending";

    /// <summary>The backend is being made, or waits for the guest's frontend.</summary>
    public const string Attaching = "Attaching";

    /// <summary>Frontend and backend are connected.</summary>
    public const string Attached = "Attached";

    /// <summary>The guest was asked to let go of it.</summary>
    public const string Detaching = "Detaching";

    /// <summary>Nothing of it is on the host.</summary>
    public const string Detached = "Detached";

    /// <summary>It can't be attached or detached as things are; the reason of Ready says why.</summary>
    public const string Failed = "Failed";
}
