using System.Text.Json.Serialization;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Json;

namespace Reconciler.Api;

/// <summary>Source-generated JSON of every kind, written as the Kubernetes API writes it.</summary>
/// <remarks>Use <see cref="Instance"/>: the generated <c>Default</c> knows nothing of camelCase and of metav1.Time.</remarks>
[JsonSerializable(typeof(Domain))]
[JsonSerializable(typeof(Vbd))]
[JsonSerializable(typeof(Vif))]
[JsonSerializable(typeof(XenHost))]
[JsonSerializable(typeof(XenNetwork))]
[JsonSerializable(typeof(XenStoragePool))]
public sealed partial class ApiJsonContext : JsonSerializerContext
{
    public static ApiJsonContext Instance { get; } = new(KubernetesJson.CreateOptions());
}
