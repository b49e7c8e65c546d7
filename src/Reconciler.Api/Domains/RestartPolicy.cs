using System.Text.Json.Serialization;

namespace Reconciler.Api.Domains;

/// <summary>What follows when a guest ends by itself.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RestartPolicy>))]
public enum RestartPolicy
{
    /// <summary>It is started again.</summary>
    Always,

    /// <summary>It is started again after a crash; after a power-off it stays halted.</summary>
    OnFailure,

    /// <summary>It stays halted.</summary>
    Never,
}
