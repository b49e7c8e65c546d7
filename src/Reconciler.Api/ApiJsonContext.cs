using System.Text.Json.Serialization;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;

namespace Reconciler.Api;

/// <summary>Source-generated JSON of every kind.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Domain))]
[JsonSerializable(typeof(XenHost))]
public sealed partial class ApiJsonContext : JsonSerializerContext;
