using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Json;

namespace Reconciler.Runtime.Tests.Fakes;

[JsonSerializable(typeof(Widget))]
[JsonSerializable(typeof(Gadget))]
internal sealed partial class TestJsonContext : JsonSerializerContext
{
    internal static TestJsonContext Instance { get; } = new(KubernetesJson.CreateOptions());
}
