using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Operator.Admission;

/// <summary>Whether two specs say the same. Records compare their lists by reference, and objects from two reads never share one.</summary>
internal static class SpecEquality
{
    public static bool AreEqual<T>(T left, T right)
        where T : class, IResource<T> => JsonNode.DeepEquals(Spec(left), Spec(right));

    private static JsonNode? Spec<T>(T entity)
        where T : class, IResource<T> => JsonSerializer.SerializeToNode(entity, T.Definition.JsonTypeInfo)?["spec"];
}
