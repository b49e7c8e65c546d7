using System.Text.Json;
using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Json;

namespace Reconciler.Runtime.Web.Admission;

/// <summary>Source-generated JSON of reviews.</summary>
[JsonSerializable(typeof(AdmissionReview))]
internal sealed partial class AdmissionJsonContext : JsonSerializerContext
{
    // The API server reads JSON to 10,000 levels: an object that is too deep for its type is refused as that object, not as a broken review.
    private const int MaxDepth = 10_100;

    internal static AdmissionJsonContext Instance { get; } = new(new JsonSerializerOptions(KubernetesJson.CreateOptions()) { MaxDepth = MaxDepth });
}
