using System.Text.Json.Serialization;

namespace Reconciler.Api.Domains;

/// <summary>What a domain should be doing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PowerState>))]
public enum PowerState
{
    /// <summary>The guest runs.</summary>
    Running,

    /// <summary>The guest is in memory and its virtual CPUs are stopped.</summary>
    Paused,

    /// <summary>The guest is shut down and its memory is free.</summary>
    Halted,
}
