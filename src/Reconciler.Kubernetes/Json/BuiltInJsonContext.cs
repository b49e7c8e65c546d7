using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Kubernetes.Json;

/// <summary>The types of the API server's own groups that this project uses, and the server's answers.</summary>
[JsonSerializable(typeof(Lease))]
[JsonSerializable(typeof(Event))]
[JsonSerializable(typeof(Secret))]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(Pod))]
[JsonSerializable(typeof(Eviction))]
[JsonSerializable(typeof(ServiceAccount))]
[JsonSerializable(typeof(ValidatingWebhookConfiguration))]
[JsonSerializable(typeof(KubernetesStatus))]
internal sealed partial class BuiltInJsonContext : JsonSerializerContext
{
    internal static BuiltInJsonContext Instance { get; } = new(KubernetesJson.CreateOptions());
}
