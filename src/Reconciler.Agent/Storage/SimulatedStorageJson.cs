using System.Text.Json.Serialization;

namespace Reconciler.Agent.Storage;

/// <summary>The made volumes of a simulated host, in its state directory.</summary>
[JsonSerializable(typeof(Dictionary<string, SimulatedVolume>))]
internal sealed partial class SimulatedStorageJson : JsonSerializerContext;
