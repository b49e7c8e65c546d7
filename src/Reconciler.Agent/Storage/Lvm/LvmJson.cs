using System.Text.Json.Serialization;

namespace Reconciler.Agent.Storage.Lvm;

[JsonSerializable(typeof(LvmReport))]
internal sealed partial class LvmJson : JsonSerializerContext;
