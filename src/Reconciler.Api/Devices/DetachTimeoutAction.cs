using System.Text.Json.Serialization;

namespace Reconciler.Api.Devices;

/// <summary>What happens to a device that the guest has not let go of in time.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DetachTimeoutAction>))]
public enum DetachTimeoutAction
{
    /// <summary>The guest is waited for, as long as it takes.</summary>
    Wait,

    /// <summary>The device is taken away, as if its cable were pulled.</summary>
    Force,
}
