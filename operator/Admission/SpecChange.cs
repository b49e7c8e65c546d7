using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Operator.Admission;

/// <summary>Which updates are judged.</summary>
internal static class SpecChange
{
    /// <summary>
    /// False when the specs say the same, or the object is going: labels and finalizers have to be writable whatever the spec is, and an object
    /// that was stored unchecked must be able to go.
    /// </summary>
    /// <remarks>By JSON: records compare their lists by reference, and objects from two reads never share one.</remarks>
    public static bool IsJudged<T>(T before, T after)
        where T : class, IResource<T> => after.Metadata.DeletionTimestamp is null && !JsonNode.DeepEquals(Spec(before), Spec(after));

    private static JsonNode? Spec<T>(T entity)
        where T : class, IResource<T> => JsonSerializer.SerializeToNode(entity, Kind<T>.Definition.JsonTypeInfo)?["spec"];
}
