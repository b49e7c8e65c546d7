using System.Text.Json;
using System.Text.Json.Serialization;

namespace Reconciler.Kubernetes.Json;

/// <summary>metav1.Time: written as UTC in whole seconds, read with 0 to 9 digits of a second.</summary>
public sealed class KubernetesTimeConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Rfc3339.Read(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        Rfc3339.Write(writer, value, fractionDigits: 0);
}
