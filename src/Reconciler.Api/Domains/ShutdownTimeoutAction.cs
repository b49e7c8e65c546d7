using System.Text.Json.Serialization;

namespace Reconciler.Api.Domains;

/// <summary>What happens to a guest that has not powered off within its grace period.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ShutdownTimeoutAction>))]
public enum ShutdownTimeoutAction
{
    /// <summary>It is destroyed, as if its plug were pulled.</summary>
    Destroy,

    /// <summary>It is waited for, as long as it takes.</summary>
    Wait,
}
