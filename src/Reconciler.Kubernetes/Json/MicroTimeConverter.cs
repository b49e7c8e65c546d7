using System.Text.Json;
using System.Text.Json.Serialization;

namespace Reconciler.Kubernetes.Json;

/// <summary>
/// metav1.MicroTime: written as UTC with exactly 6 digits of a second, the only width that API servers read; read with 0 to 9.
/// </summary>
public sealed class MicroTimeConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Rfc3339.Read(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        Rfc3339.Write(writer, value, fractionDigits: 6);
}
