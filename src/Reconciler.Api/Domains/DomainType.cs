using System.Text.Json.Serialization;

namespace Reconciler.Api.Domains;

/// <summary>How a guest is virtualised.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DomainType>))]
public enum DomainType
{
    /// <summary>Hardware-assisted CPUs and memory, no device emulation. Linux 4.20 and newer.</summary>
    PVH,

    /// <summary>Paravirtualised: needs no hardware support, and a guest kernel that was built for it.</summary>
    PV,
}
