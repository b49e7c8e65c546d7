using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Json;

namespace Reconciler.Testing.Contract;

[JsonSerializable(typeof(Widget))]
internal sealed partial class ContractJsonContext : JsonSerializerContext
{
    internal static ContractJsonContext Instance { get; } = new(KubernetesJson.CreateOptions());
}
