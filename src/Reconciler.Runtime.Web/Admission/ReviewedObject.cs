using System.Runtime.InteropServices;
using System.Text.Json;
using Reconciler.Kubernetes.Http;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Web.Admission;

/// <summary>An object of a review: there and readable, there and unreadable, or not there.</summary>
/// <param name="Object">The object; null when it is not there or can't be read.</param>
/// <param name="Error">Why it can't be read; null otherwise.</param>
internal readonly record struct ReviewedObject<T>(T? Object, string? Error)
    where T : class, IResource<T>
{
    public bool IsUnreadable => Error is not null;

    public static ReviewedObject<T> Read(JsonElement? json)
    {
        if (json is not { ValueKind: not JsonValueKind.Null } there) return default;

        // From the bytes that came: the element is a view of them.
        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(there));
        reader.Read();
        var entity = ObjectDecoder.Decode(ref reader, Kind<T>.Definition.JsonTypeInfo, out var error);
        return new ReviewedObject<T>(entity, error);
    }
}
