using System.Text.Json.Serialization;

namespace Reconciler.Api.Domains;

/// <summary>What happens to a domain that should be running when its host has started.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HostStartAction>))]
public enum HostStartAction
{
    /// <summary>It is started, in its turn.</summary>
    Start,

    /// <summary>It stays halted until powerState was Halted once.</summary>
    Ignore,
}
