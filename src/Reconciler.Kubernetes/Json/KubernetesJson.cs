using System.Text.Json;
using System.Text.Json.Serialization;

namespace Reconciler.Kubernetes.Json;

/// <summary>How objects of the Kubernetes API are written as JSON.</summary>
public static class KubernetesJson
{
    /// <summary>
    /// Fresh options for one source-generated context: <c>new ApiJsonContext(KubernetesJson.CreateOptions())</c>. camelCase names, nulls are
    /// left out, <see cref="DateTimeOffset"/> is metav1.Time (use <c>[JsonConverter(typeof(MicroTimeConverter))]</c> for a MicroTime).
    /// </summary>
    /// <remarks>
    /// What a type must do by itself, because source generation can't do it through options:
    /// <list type="bullet">
    /// <item>an enum carries <c>[JsonConverter(typeof(JsonStringEnumConverter&lt;TEnum&gt;))]</c>, written by its member names;</item>
    /// <item>an init-only property with a default keeps it by <c>{ get; init => field = value ?? Default; } = Default;</c>: source
    /// generation assigns every init-only property, the absent ones with null (or 0). A value type with a default is nullable, or settable.</item>
    /// </list>
    /// </remarks>
    public static JsonSerializerOptions CreateOptions() => new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Messages hold quotes, angle brackets and letters of every script; JSON that goes to an API server is no HTML.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new KubernetesTimeConverter() },
    };
}
