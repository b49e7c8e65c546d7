using System.Text.Json.Serialization;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Json;

namespace Reconciler.Api;

/// <summary>Source-generated JSON of every kind, written as the Kubernetes API writes it.</summary>
/// <remarks>Use <see cref="Instance"/>: the generated <c>Default</c> knows nothing of camelCase and of metav1.Time.</remarks>
[JsonSerializable(typeof(Domain))]
[JsonSerializable(typeof(XenHost))]
public sealed partial class ApiJsonContext : JsonSerializerContext
{
    public static ApiJsonContext Instance { get; } = new(KubernetesJson.CreateOptions());
}
