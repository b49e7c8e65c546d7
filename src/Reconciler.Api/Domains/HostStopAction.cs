using System.Text.Json.Serialization;

namespace Reconciler.Api.Domains;

/// <summary>What happens to a domain when its host stops.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HostStopAction>))]
public enum HostStopAction
{
    /// <summary>The guest is shut down cleanly, in its turn.</summary>
    Shutdown,

    /// <summary>Nothing: it runs until the hypervisor ends, as if the plug were pulled.</summary>
    Ignore,

    /// <summary>Its memory is written to disk. Refused: no matching restore exists yet.</summary>
    Suspend,
}
